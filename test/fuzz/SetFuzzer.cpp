// Fuzzes what is done with a manifest or header that anybody may have made: reading, decoding, checking,
// writing again.
#include "compile/Backend.h"
#include "emit/Header.h"
#include "emit/Manifest.h"
#include "inspect/SetReader.h"
#include "inspect/Soundness.h"

using namespace llvm;
using namespace stencilgen;

static void use(const InspectedSet &Inspected, StringRef Text) {
  auto Decoder = Disassembler::create(Inspected.Set->Triple);
  if (!Decoder)
    return consumeError(Decoder.takeError());
  checkCode(Inspected, *Decoder);
  checkPaths(Inspected);
  if (!Inspected.Set->LLVMVersion.empty())
    checkForm(Inspected, Text, *Decoder);
  if (auto Header = stencilHeader(*Inspected.Set, *Decoder); !Header)
    consumeError(Header.takeError());
}

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  initializeBackend();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  std::string Text(reinterpret_cast<const char *>(Data), Size);
  auto Set = readStencilSet("jit_stencils-x86_64-unknown-linux-gnu.h", Text);
  if (!Set) {
    toString(Set.takeError());
    return 0;
  }
  auto Inspected = inspectSet("fuzz.json", std::move(*Set), {});
  if (Inspected)
    use(*Inspected, Text);
  else
    toString(Inspected.takeError());
  return 0;
}
