// Fuzzes the readers of object files: ELF, Mach-O and COFF, by what the bytes begin with.
#include "ObjectReader.h"

using namespace llvm;
using namespace stencilgen;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  if (auto Image = readObject(MemoryBufferRef(Bytes, "fuzz.o")); !Image)
    toString(Image.takeError());
  return 0;
}
