#include "cli/startup_code.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace hermod::cli {
namespace {

bool debugged() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "TracerPid:") continue;
    int tracer = 0;
    status >> tracer;
    return tracer != 0;
  }
  return false;
}

// Never a segment that can be written, which holds relocated addresses and data: forgotten pages
// come back as the file has them.
int forget_pages(dl_phdr_info* object, size_t, void*) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) / page * page;
    const uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void let_startup_code_go() {
  malloc_trim(0);
  if (!debugged()) dl_iterate_phdr(forget_pages, nullptr);
}

}  // namespace hermod::cli
