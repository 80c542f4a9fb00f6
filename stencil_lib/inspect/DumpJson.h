// Decoded stencils as JSON, for other tools: what DumpText shows, with the numbers behind it.
#ifndef STENCILGEN_INSPECT_DUMPJSON_H
#define STENCILGEN_INSPECT_DUMPJSON_H

#include "inspect/SetReader.h"
#include "nlohmann/json.hpp"

namespace stencilgen {

/// An object with the set's target and the stencils: of each its sizes, instructions and data. An
/// instruction's `text` is what llvm-objdump prints, `shown` has holes and labels in place.
nlohmann::ordered_json dumpJson(const InspectedSet &Set);

} // namespace stencilgen

#endif
