// CommonJS modules get the same types.
import hermod = require('hermod')

const made: Promise<hermod.Router> = hermod.createRouter({})
void made
