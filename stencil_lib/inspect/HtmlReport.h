// One self-contained HTML file to browse stencils in: index, stencils, helpers, differences.
#ifndef STENCILGEN_INSPECT_HTMLREPORT_H
#define STENCILGEN_INSPECT_HTMLREPORT_H

#include "inspect/Compare.h"
#include "inspect/DefinitionSource.h"

namespace stencilgen {

/// The report of \p Set, with pages of differences where \p Differences has compared it, as New, with another
/// set. It needs no network and names no path of the machine. Its look and its script are the files in html/.
/// \param Source  where the definitions shown beside the machine code come from
std::string htmlReport(const InspectedSet &Set, const Comparison *Differences, DefinitionSource &Source);

} // namespace stencilgen

#endif
