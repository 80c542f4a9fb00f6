/* Tables from a JSON manifest at run time, instead of from a generated header (C++, nlohmann/json). They give
 * the same machine code. For tools, and for interpreters that choose among several sets of stencils. */
#ifndef SG_MANIFEST_H
#define SG_MANIFEST_H

#include "sg_tables.h"
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stencilgen {

/// Tables that own what they point to.
class LoadedTables {
public:
  /// Reads a manifest of the dialect "tables". Everything in it is checked: a manifest may come from
  /// anywhere.
  /// \param Error  set if the result is null: what was expected, and where in the document
  static std::unique_ptr<LoadedTables> load(std::string_view Manifest, std::string &Error);

  /// For sg_stencils_create; valid as long as this object.
  const sg_tables *tables() const { return &Tables; }
  /// The interpreter's symbols, in the order in which their addresses are wanted.
  const std::vector<std::string> &symbols() const { return Symbols; }
  /// The number of a stencil ("shim": the entry), or SG_NO_STENCIL.
  uint16_t stencil(std::string_view Name) const;

  LoadedTables(const LoadedTables &) = delete;
  LoadedTables &operator=(const LoadedTables &) = delete;

private:
  LoadedTables() = default;
  friend class ManifestLoader;

  sg_tables Tables = {};
  std::vector<uint8_t> Bytes;
  std::vector<sg_stencil> Stencils;
  std::vector<sg_hole> Holes;
  std::vector<int64_t> Addends;
  std::vector<sg_source> Sources;
  std::vector<sg_stencil_info> Info;
  std::vector<uint16_t> Variants;
  std::vector<uint32_t> StencilNames, UopNames, SymbolNames;
  std::vector<std::string> Names, Symbols;
  std::string Text;
};

} // namespace stencilgen

#endif
