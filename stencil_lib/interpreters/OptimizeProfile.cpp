// See OptimizeProfile.h.
#include "interpreters/OptimizeProfile.h"
#include "interpreters/CPythonForm.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

ValueWidths readWidths(JsonObject Object, StringRef Key) {
  ValueWidths Widths;
  JsonObject Members = Object.object(Key);
  for (const std::string &Name : Object.memberNames(Key))
    Widths[Name] = static_cast<unsigned>(Members.number(Name, 64));
  return Widths;
}

OptimizeProfile readOptimizeProfile(JsonObject Object) {
  OptimizeProfile Result;
  auto Strings = [&](StringRef Key) {
    return Object.has(Key) ? Object.strings(Key) : std::vector<std::string>();
  };
  if (Object.has("operands"))
    Result.Operands = readWidths(Object, "operands");
  Result.ColdTargets = Strings("coldTargets");
  Result.ColdCalls = Strings("coldCalls");
  if (Object.has("regions"))
    Object.forEach("regions", [&](JsonObject Entry) {
      auto Optional = [&](StringRef Key) { return Entry.has(Key) ? Entry.string(Key) : std::string(); };
      MemoryRegion Region{Entry.string("name"),
                          std::nullopt,
                          Optional("record"),
                          Optional("member"),
                          Entry.has("behind") && Entry.boolean("behind"),
                          Optional("loadedFrom"),
                          Entry.has("narrow") && Entry.boolean("narrow")};
      if (Entry.has("parameter"))
        Region.Parameter = Entry.number("parameter", 16);
      Result.Regions.push_back(std::move(Region));
    });
  if (Object.has("apart"))
    Object.forEach("apart", [&](JsonObject Entry) {
      ApartFact Fact{Entry.string("first"), Entry.string("second"), Entry.string("why")};
      for (const std::string *Name : {&Fact.First, &Fact.Second})
        if (llvm::none_of(Result.Regions, [&](const MemoryRegion &Region) { return Region.Name == *Name; }))
          Object.fail("apart", "names of regions, found '" + *Name + "'");
      Result.Apart.push_back(std::move(Fact));
    });
  if (Object.has("saves"))
    Object.forEach("saves", [&](JsonObject Entry) {
      SaveFact Fact{Entry.string("region"), Entry.string("why")};
      if (llvm::none_of(Result.Regions, [&](const MemoryRegion &Region) {
            return Region.Name == Fact.Region && Region.Parameter && !Region.Member.empty() && !Region.Behind;
          }))
        Entry.fail("region",
                   "the name of a region that is a member at a parameter, found '" + Fact.Region + "'");
      Result.Saves.push_back(std::move(Fact));
    });
  Result.PatchFunctions = readFunctions(Object, "patchFunctions");
  return Result;
}

} // namespace stencilgen
