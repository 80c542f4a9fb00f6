// Fuzzes the lexer, the parser, the analysis and the lowering of instruction definitions.
//
// The first byte chooses the profile, the rest is the text. Whatever the text, the outcome is either cases or
// errors.
#include "interpreters/LoweringProfile.h"
#include "lower/Lower.h"
#include "lower/Tier1.h"
#include "uops/Printer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace stencilgen;

/// The built-in profiles, and one that makes tier 1 too.
static std::vector<LoweringProfile> makeProfiles() {
  std::vector<LoweringProfile> Result;
  for (StringRef Name : builtinLoweringProfiles())
    Result.push_back(cantFail(loadLoweringProfile(Name, {})));
  SourceText Newer{"newer.c", "_PyFrame_StackAssertInvalid"};
  Result.push_back(cantFail(loadLoweringProfile("cpython-3.16", Newer)));
  LoweringProfile Both = cantFail(loadLoweringProfile("cpython-3.14", {}));
  Both.HasTier1 = true;
  for (const char *Key :
       {"result", "parameters", "arguments", "fetch", "begin", "again", "unknown", "readCache"})
    Both.Text[Key] = "text({size})";
  Result.push_back(std::move(Both));
  return Result;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const std::vector<LoweringProfile> Profiles = makeProfiles();
  if (Size == 0)
    return 0;
  const LoweringProfile &Profile = Profiles[Data[0] % Profiles.size()];
  SourceText Source{"fuzz.c", StringRef(reinterpret_cast<const char *>(Data) + 1, Size - 1)};
  LowerOptions Options;
  Options.LineDirectives = Data[0] & 0x40;
  std::string Text;
  raw_string_ostream OS(Text);
  Expected<uops::UopTable> Table = readDefinitions(Source, Profile);
  if (!Table) {
    logAllUnhandledErrors(Table.takeError(), OS);
    return 0;
  }
  uops::printTable(OS, *Table, Profile);
  OS << opcodeHeader(*Table) << metadataTable(*Table);
  if (Profile.HasTier1) {
    Dispatch How = static_cast<Dispatch>((Data[0] >> 2) % 3);
    if (Expected<std::string> Tier1 = lowerTier1(*Table, Source, Profile, How, Options.LineDirectives))
      OS << *Tier1;
    else
      logAllUnhandledErrors(Tier1.takeError(), OS);
  }
  Expected<Cases> Result = lowerTier2(*Table, Source, Profile, Options);
  if (Result) {
    printCases(OS, *Result, Source);
    dumpCases(OS, *Result);
  } else {
    logAllUnhandledErrors(Result.takeError(), OS);
  }
  return 0;
}
