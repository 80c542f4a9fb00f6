// The text of a profile that extends another: a version that differs little says only what differs.
#ifndef STENCILGEN_INTERPRETERS_PROFILETEXT_H
#define STENCILGEN_INTERPRETERS_PROFILETEXT_H

#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// \p Text with the built-in profile that its member "extends" names, merged as RFC 7396 (JSON Merge Patch)
/// says: objects member by member, null removes a member, anything else replaces. A text without that member
/// is complete.
/// \param File  names the profile in errors
/// Errors: not JSON, "extends" is not the name of a built-in profile.
llvm::Expected<std::string> completeProfileText(llvm::StringRef File, llvm::StringRef Text);

} // namespace stencilgen

#endif
