import hermod from './index.js'

export const { createRouter, HermodError, optionNames } = hermod
