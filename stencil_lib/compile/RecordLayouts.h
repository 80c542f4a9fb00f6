// Which records the micro-ops address, and their layouts: read from Clang's syntax tree, so that no list has
// to be kept.
#ifndef STENCILGEN_COMPILE_RECORDLAYOUTS_H
#define STENCILGEN_COMPILE_RECORDLAYOUTS_H

#include "support/RecordLayout.h"
#include <memory>
#include <string>
#include <vector>

namespace clang {
class ASTConsumer;
class CompilerInstance;
} // namespace clang

namespace stencilgen {

/// Layouts, each record once, sorted by name.
using RecordLayouts = std::vector<RecordLayout>;

/// A consumer that, when the text of \p Instance is parsed, looks at the functions the text itself defines
/// and at all that they can reach, and fills \p Layouts with each record of which they use a member, or the
/// whole: its size, an element of an array, a copy. The size is told for the latter alone: what stands behind
/// the last member that is used may be another in another configuration. Left out is what C cannot name from
/// outside, and what system headers define: a difference there shows in the records that contain it. Must be
/// made before the preprocessor starts.
std::unique_ptr<clang::ASTConsumer> makeLayoutConsumer(clang::CompilerInstance &Instance,
                                                       RecordLayouts &Layouts);

} // namespace stencilgen

#endif
