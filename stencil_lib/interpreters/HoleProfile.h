// The part of a profile on holes: what their symbols are called, and what fills them.
#ifndef STENCILGEN_INTERPRETERS_HOLEPROFILE_H
#define STENCILGEN_INTERPRETERS_HOLEPROFILE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace stencilgen {

/// The hole values every interpreter has: the addresses of this micro-op's own code and data.
inline constexpr const char *CodeValue = "CODE";
inline constexpr const char *DataValue = "DATA";

/// A value that the JIT knows when it patches: `NAME` fills holes of the symbol prefix + NAME.
struct HoleValueProfile {
  std::string Name;
  std::string Expression; ///< C, as the header spells it
};

struct HoleProfile {
  std::string Prefix;        ///< "_JIT_"
  std::string ContinueValue; ///< the hole value of the code that follows; empty: ContinueLabel is used
  std::string ContinueLabel; ///< the symbol, without prefix, that is the end of the stencil's own code
  std::vector<HoleValueProfile> Values;

  /// The hole value with this name, null when there is none.
  const HoleValueProfile *value(llvm::StringRef Name) const {
    auto Found = llvm::find_if(Values, [&](const HoleValueProfile &Value) { return Value.Name == Name; });
    return Found == Values.end() ? nullptr : &*Found;
  }
};

} // namespace stencilgen

#endif
