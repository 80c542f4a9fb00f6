// See CPythonForm.h.
#include "interpreters/CPythonForm.h"
#include "interpreters/HeaderForm.h"

using namespace llvm;

namespace stencilgen {

FixupKind readFixupKind(JsonObject Object, StringRef Key, StringRef Spelling, StringRef Expected) {
  auto Kind = fixupKindFromSpelling(Spelling);
  if (!Kind)
    Object.fail(Key, Expected + ", found '" + Spelling + "'");
  return Kind.value_or(FixupKind::Abs64);
}

static FixupKind readKind(JsonObject Object, StringRef Key, StringRef Spelling) {
  return readFixupKind(Object, Key, Spelling, "names of fixup kinds");
}

FunctionChoices readChoices(JsonObject Object, StringRef Key) {
  FunctionChoices Result;
  if (Object.has(Key))
    for (auto &[Spelling, Functions] : Object.stringListMembers(Key))
      Result[readKind(Object, Key, Spelling)] = Functions;
  return Result;
}

std::map<FixupKind, std::string> readFunctions(JsonObject Object, StringRef Key) {
  std::map<FixupKind, std::string> Result;
  if (Object.has(Key))
    for (auto &[Spelling, Function] : Object.stringMembers(Key))
      Result[readKind(Object, Key, Spelling)] = Function;
  return Result;
}

static void read(HeaderForm &Header, JsonObject Object) {
  auto IsTrue = [&](StringRef Key) { return Object.has(Key) && Object.boolean(Key); };
  CPythonForm &Form = Header.CPython;
  Form.EmitParameters = Object.strings("emitParameters");
  Form.TableSize = Object.string("tableSize");
  if (Object.has("shimName"))
    Form.ShimName = Object.string("shimName");
  Form.ShimLast = IsTrue("shimLast");
  Form.WholeBodies = IsTrue("wholeBodies");
  Form.SymbolMasks = !Object.has("symbolMasks") || Object.boolean("symbolMasks");
  for (auto &[Spelling, Functions] : Object.stringListMembers("patchFunctions"))
    Form.PatchFunctions[readKind(Object, "patchFunctions", Spelling)] = Functions.front();
  Form.TrampolineFunctions = readFunctions(Object, "trampolineFunctions");
  if (Object.has("pairs"))
    Object.forEach("pairs", [&](JsonObject Pair) {
      Form.Pairs.push_back({readKind(Object, "pairs", Pair.string("first")),
                            readKind(Object, "pairs", Pair.string("second")), Pair.string("function"),
                            Pair.has("apart") && Pair.boolean("apart")});
    });
  if (Object.has("traceSlots")) {
    JsonObject Slots = Object.object("traceSlots");
    Form.PatchSlotFunction = Slots.string("patch");
    Form.SlotAddressFunction = Slots.string("address");
  }
  Form.DescendingOrdinals = IsTrue("descendingOrdinals");
}

static nlohmann::ordered_json functionsJson(const std::map<FixupKind, std::string> &Functions) {
  nlohmann::ordered_json Result = nlohmann::ordered_json::object();
  for (const auto &[Kind, Function] : Functions)
    Result[fixupKindInfo(Kind).Spelling.str()] = Function;
  return Result;
}

static void write(const HeaderForm &Header, nlohmann::ordered_json &Object) {
  const CPythonForm &Form = Header.CPython;
  Object["emitParameters"] = Form.EmitParameters;
  Object["tableSize"] = Form.TableSize;
  Object["patchFunctions"] = functionsJson(Form.PatchFunctions);
  if (Form.ShimName != CPythonForm().ShimName)
    Object["shimName"] = Form.ShimName;
  if (Form.ShimLast)
    Object["shimLast"] = true;
  if (Form.WholeBodies)
    Object["wholeBodies"] = true;
  if (!Form.SymbolMasks)
    Object["symbolMasks"] = false;
  if (!Form.TrampolineFunctions.empty())
    Object["trampolineFunctions"] = functionsJson(Form.TrampolineFunctions);
  for (const PairFunction &Pair : Form.Pairs) {
    nlohmann::ordered_json Entry = {{"first", fixupKindInfo(Pair.First).Spelling.str()},
                                    {"second", fixupKindInfo(Pair.Second).Spelling.str()},
                                    {"function", Pair.Function}};
    if (Pair.Apart)
      Entry["apart"] = true;
    Object["pairs"].push_back(std::move(Entry));
  }
  if (!Form.PatchSlotFunction.empty())
    Object["traceSlots"] = {{"patch", Form.PatchSlotFunction}, {"address", Form.SlotAddressFunction}};
  if (Form.DescendingOrdinals)
    Object["descendingOrdinals"] = true;
}

const DialectRules DialectCPython{
    .Name = "cpython",
    .Read = read,
    .Write = write,
    .CanFill = [](const HeaderForm &Form,
                  FixupKind Kind) { return Form.CPython.PatchFunctions.count(Kind) != 0; },
    .HasTraceSlots = [](const HeaderForm &Form) { return !Form.CPython.SlotAddressFunction.empty(); },
};

} // namespace stencilgen
