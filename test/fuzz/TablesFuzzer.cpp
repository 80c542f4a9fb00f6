// Fuzzes the runtime's loader of manifests, which makes the tables that traces are patched from.
#include "sg_manifest.h"
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  std::string Error;
  stencilgen::LoadedTables::load({reinterpret_cast<const char *>(Data), Size}, Error);
  return 0;
}
