// See PatchCalls.h.
#include "emit/PatchCalls.h"
#include "emit/Pairs.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace llvm;

namespace stencilgen {

StringRef ownPatchFunction(StringRef Name) {
  if (Name == "patch_8")
    return R"(static inline void
patch_8(unsigned char *location, uint64_t value)
{
    assert((int64_t)value >= -(1 << 7) && (int64_t)value < (1 << 8));
    *location = (unsigned char)value;
}

)";
  if (Name == "patch_16")
    return R"(static inline void
patch_16(unsigned char *location, uint64_t value)
{
    assert((int64_t)value >= -(1 << 15) && (int64_t)value < (1 << 16));
    location[0] = (unsigned char)value;
    location[1] = (unsigned char)(value >> 8);
}

)";
  if (Name == "patch_branch19")
    return R"(// b.cond, cbz or cbnz: 19 bits count instructions from this one.
static inline void
patch_branch19(unsigned char *location, uint64_t value)
{
    int64_t distance = (int64_t)(value - (uintptr_t)location);
    assert(distance >= -(1 << 20) && distance < (1 << 20) && (distance & 3) == 0);
    uint32_t *instruction = (uint32_t *)location;
    *instruction = (*instruction & 0xff00001f) | ((uint32_t)distance << 3 & 0x00ffffe0);
}

)";
  return "";
}

bool usesTraceSlot(const CPythonForm &Form, const Hole &H) {
  return !Form.SlotAddressFunction.empty() && !H.Symbol.empty() && usesDataSlot(H.Kind);
}

bool needsTrampoline(const CPythonForm &Form, const Hole &H) {
  return !H.Symbol.empty() && Form.TrampolineFunctions.count(H.Kind);
}

std::vector<PatchCall> patchCalls(const CPythonForm &Form, const Stencil &S) {
  std::vector<PatchCall> Calls;
  std::set<size_t> Done; // second holes of pairs
  for (size_t I = 0; I < S.Holes.size(); ++I) {
    const Hole &H = S.Holes[I];
    if (Done.count(I))
      continue;
    if (needsTrampoline(Form, H)) {
      Calls.push_back({&Form.TrampolineFunctions.at(H.Kind), &H, nullptr, false, /*IsTrampoline=*/true});
    } else if (auto Pair = findPair(S, I, Form.Pairs)) {
      Done.insert(Pair->Second);
      Calls.push_back({&Pair->Function->Function, &H, &S.Holes[Pair->Second], Pair->Function->Apart});
    } else {
      Calls.push_back({&Form.PatchFunctions.at(H.Kind), &H});
    }
  }
  return Calls;
}

namespace {

class ContractCheck {
public:
  ContractCheck(const StencilSet &Set, const JitSource &Jit) : Set(Set), Form(Set.Header.CPython), Jit(Jit) {
    for (const auto &[Kind, Function] : Form.PatchFunctions)
      if (Jit.function(Function))
        Supported.insert(fixupKindInfo(Kind).Architecture);
  }

  Error run() {
    if (Error E = checkUses())
      return E;
    if (Set.Shim)
      if (Error E = checkGroup(*Set.Shim, "the shim"))
        return E;
    for (const StencilGroup &Group : Set.Groups)
      if (Error E = checkGroup(Group, "the stencil of micro-op '" + Group.Name + "'"))
        return E;
    return Error::success();
  }

private:
  /// What the JIT compiler does with the header's records.
  Error checkUses() const {
    std::string Parameters = join(Form.EmitParameters, " ");
    size_t EmitArguments = static_cast<size_t>(StringRef(Parameters).count(',')) + 1;
    std::vector<std::string> Members = {"emit", "code_size", "data_size"};
    if (Form.SymbolMasks)
      Members.push_back("trampoline_mask");
    if (!Form.SlotAddressFunction.empty())
      Members.push_back("got_mask");
    for (const JitSource::MemberUse &Use : Jit.memberUses()) {
      if (Use.Record != "StencilGroup")
        continue;
      if (!is_contained(Members, Use.Member))
        return Jit.errorAt(Use.Offset, "expected a member of the header's StencilGroup (" +
                                           join(Members, ", ") + "), found '" + Use.Member + "'");
      if (Use.Member == "emit" && Use.Arguments && *Use.Arguments != EmitArguments)
        return Jit.errorAt(Use.Offset, "expected the " + Twine(EmitArguments) +
                                           " arguments of the header's emit functions (" + Parameters +
                                           "), found " + Twine(*Use.Arguments));
    }
    return Error::success();
  }

  Error checkGroup(const StencilGroup &Group, const std::string &User) {
    for (const Stencil *Part : {&Group.Data, &Group.Code}) {
      for (const PatchCall &Call : patchCalls(Form, *Part))
        if (Supported.contains(fixupKindInfo(Call.First->Kind).Architecture))
          if (Error E = expect(*Call.Function, Call.arguments(), User))
            return E;
      for (const Hole &H : Part->Holes)
        if (usesTraceSlot(Form, H))
          for (const std::string *Function : {&Form.PatchSlotFunction, &Form.SlotAddressFunction})
            if (Error E = expect(*Function, 2, User))
              return E;
    }
    return Error::success();
  }

  Error expect(const std::string &Function, size_t Arguments, const std::string &User) {
    if (!ownPatchFunction(Function).empty() || !Expected.insert({Function, Arguments}).second)
      return Error::success();
    const JitSource::Function *Found = Jit.function(Function);
    if (!Found)
      return makeFileError(Jit.file(), "expected a definition of '" + Function + "' with " +
                                           Twine(Arguments) + " parameters, which " + User +
                                           " needs, found none");
    if (Found->Parameters != Arguments)
      return Jit.errorAt(Found->Offset, "expected " + Twine(Arguments) + " parameters of '" + Function +
                                            "', which " + User + " needs, found " + Twine(Found->Parameters));
    return Error::success();
  }

  const StencilSet &Set;
  const CPythonForm &Form;
  const JitSource &Jit;
  std::set<std::pair<std::string, size_t>> Expected; ///< functions and their numbers of parameters
  /// Of a processor that the JIT has no function for at all, whoever adds it brings all of them.
  std::set<FixupArchitecture> Supported = {FixupArchitecture::Any};
};

} // namespace

Error checkJitContract(const StencilSet &Set, const JitSource &Jit) { return ContractCheck(Set, Jit).run(); }

} // namespace stencilgen
