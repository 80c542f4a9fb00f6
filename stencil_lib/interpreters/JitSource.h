// What an interpreter's JIT compiler, the C file that includes the stencils' header, says of that header:
// which functions it has for it, how it calls what is in it. The tree is the contract; a profile says what to
// look for.
#ifndef STENCILGEN_INTERPRETERS_JITSOURCE_H
#define STENCILGEN_INTERPRETERS_JITSOURCE_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

class JitSource {
public:
  /// A function that the file defines or declares.
  struct Function {
    size_t Parameters;
    size_t Offset; ///< bytes from the start of the file, of its name
  };

  /// A use of a member of a record through a pointer to it: `group->emit(...)`.
  struct MemberUse {
    std::string Record; ///< the pointer's type, "StencilGroup"
    std::string Member;
    size_t Offset;                   ///< of the member's name
    std::optional<size_t> Arguments; ///< where the member is called: how many
  };

  /// Reads \p File, as C tokens: preprocessor lines and comments do not count, so that what stands under any
  /// #if is there. Errors: the file cannot be read.
  static llvm::Expected<JitSource> read(llvm::StringRef File);

  /// The function of this name, null when the file has none.
  const Function *function(llvm::StringRef Name) const;
  bool hasFunction(llvm::StringRef Name, size_t Parameters) const;

  llvm::ArrayRef<MemberUse> memberUses() const { return Uses; }
  const std::string &file() const { return File; }

  /// An error at a place in the file.
  llvm::Error errorAt(size_t Offset, const llvm::Twine &Message) const;

private:
  std::string File, Text;
  llvm::StringMap<Function> Functions;
  std::vector<MemberUse> Uses;
};

} // namespace stencilgen

#endif
