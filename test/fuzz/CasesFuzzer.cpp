// Fuzzes the reader of files of generated cases.
#include "lower/CasesReader.h"

using namespace llvm;
using namespace stencilgen;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto Read = readCases("fuzz.c", StringRef(reinterpret_cast<const char *>(Data), Size));
  if (!Read)
    toString(Read.takeError());
  return 0;
}
