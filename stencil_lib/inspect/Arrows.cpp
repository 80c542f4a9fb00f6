// See Arrows.h.
#include "inspect/Arrows.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen {

namespace {

constexpr size_t MaxColumns = 12;

/// The strokes that meet in a cell, from which its character follows.
enum Stroke : uint8_t { Up = 1, Down = 2, Right = 4, Across = 8, Head = 16 };

/// Up to three ways a cell is drawn, by what meets in it.
std::string_view glyph(uint8_t Cell, ArrowStyle Style) {
  bool Unicode = Style == ArrowStyle::Unicode;
  if (Cell & Head)
    return Unicode ? "▶" : ">";
  bool Vertical = Cell & (Up | Down), Horizontal = Cell & (Right | Across);
  if (Vertical && Horizontal) {
    if ((Cell & Across) || ((Cell & Up) && (Cell & Down)))
      return Unicode ? ((Cell & Across) ? "┼" : "├") : "+";
    return (Cell & Down) ? (Unicode ? "╭" : "/") : (Unicode ? "╰" : "\\");
  }
  if (Vertical)
    return Unicode ? "│" : "|";
  if (Horizontal)
    return Unicode ? "─" : "-";
  return " ";
}

} // namespace

std::vector<std::string> drawArrows(ArrayRef<CodeEdge> Edges, size_t Rows, ArrowStyle Style) {
  if (Style == ArrowStyle::Off || Edges.empty())
    return std::vector<std::string>(Rows);
  auto Low = [](const CodeEdge &E) { return std::min(E.From, E.To); };
  auto High = [](const CodeEdge &E) { return std::max(E.From, E.To); };
  std::vector<CodeEdge> Sorted = Edges.vec();
  llvm::stable_sort(
      Sorted, [&](const CodeEdge &A, const CodeEdge &B) { return High(A) - Low(A) < High(B) - Low(B); });
  // Column 0 is the one nearest to the code. Branches to one place share its column.
  std::vector<std::vector<CodeEdge>> Columns;
  for (const CodeEdge &E : Sorted) {
    auto Fits = [&](const std::vector<CodeEdge> &Column) {
      return llvm::all_of(Column, [&](const CodeEdge &Other) {
        return High(Other) < Low(E) || High(E) < Low(Other) || Other.To == E.To;
      });
    };
    auto Column = llvm::find_if(Columns, Fits);
    if (Column != Columns.end())
      Column->push_back(E);
    else if (Columns.size() < MaxColumns)
      Columns.push_back({E});
  }
  size_t Width = Columns.size() + 2; // a stroke and the head beside the columns
  std::vector<std::vector<uint8_t>> Grid(Rows, std::vector<uint8_t>(Width));
  for (auto [Index, Column] : enumerate(Columns)) {
    size_t X = Columns.size() - 1 - Index;
    for (const CodeEdge &E : Column) {
      for (size_t Row = Low(E); Row <= High(E); ++Row)
        Grid[Row][X] |= (Row > Low(E) ? Up : 0) | (Row < High(E) ? Down : 0);
      for (size_t Row : {E.From, E.To}) {
        Grid[Row][X] |= Right;
        for (size_t I = X + 1; I < Width; ++I)
          Grid[Row][I] |= Across;
      }
      Grid[E.To][Width - 1] |= Head;
    }
  }
  std::vector<std::string> Lines;
  for (const std::vector<uint8_t> &Row : Grid) {
    std::string &Line = Lines.emplace_back();
    for (uint8_t Cell : Row)
      Line += glyph(Cell, Style);
  }
  return Lines;
}

} // namespace stencilgen
