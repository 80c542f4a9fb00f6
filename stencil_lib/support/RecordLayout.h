// The layout of a C record, as far as compiled code depends on it.
#ifndef STENCILGEN_SUPPORT_RECORDLAYOUT_H
#define STENCILGEN_SUPPORT_RECORDLAYOUT_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace stencilgen {

/// A record that compiled code addresses, and where it takes its members to be.
struct RecordLayout {
  std::string Name; ///< as C names the type: "struct _ts", "PyThreadState"
  std::string
      Include; ///< the header that defines it, as the compiled file includes it; empty: that file does
  std::optional<uint64_t> Size; ///< bytes; none: the code takes a member alone and never the whole record
  std::map<std::string, uint64_t> Members; ///< path from the record ("a.b") to offset in bytes; no bit-fields

  bool operator==(const RecordLayout &) const = default;
};

} // namespace stencilgen

#endif
