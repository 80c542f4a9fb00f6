// Fuzzes the lexer, the parser, the analysis and the lowering of instruction definitions.
//
// The first byte chooses the profile, the rest is the text. Whatever the text, the outcome is either cases or errors.
#include "interpreters/LoweringProfile.h"
#include "lower/Lower.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace stencilgen;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const std::vector<LoweringProfile> Profiles = [] {
    std::vector<LoweringProfile> Result;
    for (StringRef Name : builtinLoweringProfiles())
      Result.push_back(cantFail(loadLoweringProfile(Name)));
    return Result;
  }();
  if (Size == 0)
    return 0;
  const LoweringProfile &Profile = Profiles[Data[0] % Profiles.size()];
  SourceText Source{"fuzz.c", StringRef(reinterpret_cast<const char *>(Data) + 1, Size - 1)};
  LowerOptions Options;
  Options.LineDirectives = Data[0] & 0x40;
  Expected<Cases> Result = lowerTier2(Source, Profile, Options);
  std::string Text;
  raw_string_ostream OS(Text);
  if (Result) {
    printCases(OS, *Result, Source);
    dumpCases(OS, *Result);
  } else {
    logAllUnhandledErrors(Result.takeError(), OS);
  }
  return 0;
}
