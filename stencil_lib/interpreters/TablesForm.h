// The settings of the header dialect "tables": tables for stencilgen's own runtime (runtime/sg_tables.h).
#ifndef STENCILGEN_INTERPRETERS_TABLESFORM_H
#define STENCILGEN_INTERPRETERS_TABLESFORM_H

#include <cstdint>
#include <string>

namespace stencilgen {

struct TablesForm {
  std::string Prefix;         ///< what every name in the header begins with
  std::string ContinueValue;  ///< the hole value of the code that follows
  uint64_t CodeAlignment = 1; ///< the target's, bytes

  bool operator==(const TablesForm &) const = default;
};

} // namespace stencilgen

#endif
