// Fuzzes the two readers of profiles: that of stencils and that of the lowering.
#include "interpreters/LoweringProfile.h"
#include "interpreters/Profile.h"

using namespace llvm;
using namespace stencilgen;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  StringRef Text(reinterpret_cast<const char *>(Data), Size);
  if (auto Read = parseProfile("fuzz.json", Text); !Read)
    toString(Read.takeError());
  if (auto Read = readLoweringProfile("fuzz.json", Text); !Read)
    toString(Read.takeError());
  return 0;
}
