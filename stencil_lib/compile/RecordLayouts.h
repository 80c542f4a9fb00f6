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

/// A consumer that, when the text of \p Instance is parsed, looks at the functions that the text itself
/// defines and at all functions that these can reach. It fills \p Layouts with each record that they use a
/// member of, or use as a whole: its size, an element of an array, a copy. Only a record that is used as a
/// whole gets a size, because members behind the last one that is used may differ between configurations.
/// Records that C cannot name from outside and records of system headers are left out: a difference there
/// changes the records that contain them. Must be made before the preprocessor starts.
std::unique_ptr<clang::ASTConsumer> makeLayoutConsumer(clang::CompilerInstance &Instance,
                                                       RecordLayouts &Layouts);

} // namespace stencilgen

#endif
