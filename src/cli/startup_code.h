#pragma once
// What only the start needs, let go of once it is over.

namespace hermod::cli {

// Unmaps no code, but forgets which of its pages, and of the libraries', were touched so far: some
// 6 MiB that the start ran through once. They stay in the system's cache; what is still needed
// comes back page by page, without a read. Hands free heap back to the system, too.
//
// Only where memory is as its file is. Code that somebody has changed or moved (a debugger, a
// probe, a library that puts code on huge pages) stays, since the file would come back in its
// place.
void let_startup_code_go();

}  // namespace hermod::cli
