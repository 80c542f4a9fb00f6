// Argument and operands.
#include "lower/Operands.h"

using namespace llvm;
using namespace stencilgen::uops;

namespace stencilgen::lower {

void readOparg(const Uop &U, const LoweringProfile &Profile, CodeWriter &Out) {
  if (U.Props.ConstOparg)
    Out.line(fillTemplate(Profile.text("constOparg"), {{"value", std::to_string(*U.Props.ConstOparg)}}));
  else if (U.Props.Oparg)
    Out.line(Profile.text("oparg"));
}

void readOperands(const Uop &U, const LoweringProfile &Profile, CodeWriter &Out) {
  unsigned Index = 0;
  for (const CacheEntry &Cache : U.Caches) {
    if (Cache.isUnused())
      continue;
    auto Found = Profile.OperandTypes.find(Cache.Size);
    // The analysis has checked that there is a type for the size.
    StringRef Type = Found == Profile.OperandTypes.end() ? StringRef("") : StringRef(Found->second);
    std::string Operand = fillTemplate(Profile.text("operand"), {{"index", std::to_string(Index)},
                                                                 {"bits", std::to_string(16 * Cache.Size)}});
    Out.line(
        (Type + (Type.ends_with("*") ? "" : " ") + Cache.Name + " = (" + Type + ")" + Operand + ";").str());
    ++Index;
  }
}

} // namespace stencilgen::lower
