#pragma once
// Releases the memory that only the start of the process needs.

namespace hermod::cli {

// Called once, when the service is ready. Drops the code pages of the program and its libraries
// from the resident memory: about 6 MiB that only the start used. The mappings stay, and the page
// cache keeps the pages, so that code that is still needed is mapped again without a read. Also
// returns free heap to the system.
//
// Skips mappings whose memory differs from their file (a debugger, a kernel probe, a library that
// moves code to huge pages), because the content of the file would replace them.
void release_startup_code();

}  // namespace hermod::cli
