// See Listing.h.
#include "emit/Listing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

std::string holeText(const Hole &H) {
  std::string Text = H.Value;
  if (!H.Symbol.empty())
    Text += (Text.empty() ? "&" : " + &") + H.Symbol;
  if (H.Addend != 0 || Text.empty()) {
    uint64_t Magnitude = H.Addend < 0 ? 0 - static_cast<uint64_t>(H.Addend) : static_cast<uint64_t>(H.Addend);
    if (Text.empty())
      Text = H.Addend < 0 ? "-" : "";
    else
      Text += H.Addend < 0 ? " - " : " + ";
    Text += "0x" + utohexstr(Magnitude, true);
  }
  return Text;
}

static std::string bytesText(ArrayRef<uint8_t> Bytes) {
  std::string Text;
  raw_string_ostream OS(Text);
  for (uint8_t Byte : Bytes)
    OS << format_hex_no_prefix(Byte, 2) << ' ';
  return Text;
}

static void addHoles(const Stencil &S, size_t &Next, uint64_t End, std::vector<std::string> &Lines) {
  for (; Next < S.Holes.size() && S.Holes[Next].Offset < End; ++Next) {
    const Hole &H = S.Holes[Next];
    std::string Line;
    raw_string_ostream OS(Line);
    OS << right_justify(utohexstr(H.Offset, true), 6) << ":   hole " << fixupKindInfo(H.Kind).Spelling << ": "
       << holeText(H);
    if (!H.RawRelocation.empty())
      OS << " (" << H.RawRelocation << ')';
    Lines.push_back(std::move(Line));
  }
}

std::vector<std::string> codeListing(const Stencil &Code, const Disassembler &Decoder) {
  std::vector<std::string> Lines;
  size_t NextHole = 0;
  for (const DisassembledLine &Instruction : Decoder.disassemble(Code.Bytes)) {
    std::string Line;
    raw_string_ostream OS(Line);
    auto [Mnemonic, Operands] = StringRef(Instruction.Text).split('\t');
    OS << right_justify(utohexstr(Instruction.Offset, true), 6) << ": "
       << left_justify(bytesText(ArrayRef(Code.Bytes).slice(Instruction.Offset, Instruction.Size)), 31)
       << left_justify(Mnemonic, Operands.empty() ? 0 : 8) << Operands;
    Lines.push_back(std::move(Line));
    addHoles(Code, NextHole, Instruction.Offset + Instruction.Size, Lines);
  }
  return Lines;
}

static constexpr size_t RowSize = 16;

std::vector<std::string> byteRows(ArrayRef<uint8_t> Bytes) {
  std::vector<std::string> Rows;
  for (size_t Offset = 0; Offset < Bytes.size(); Offset += RowSize) {
    ArrayRef<uint8_t> Row = Bytes.drop_front(Offset).take_front(RowSize);
    std::string Line;
    raw_string_ostream OS(Line);
    OS << right_justify(utohexstr(Offset, true), 6) << ": " << left_justify(bytesText(Row), RowSize * 3)
       << " |";
    for (uint8_t Byte : Row)
      OS << (isPrint(static_cast<char>(Byte)) ? static_cast<char>(Byte) : '.');
    OS << '|';
    Rows.push_back(std::move(Line));
  }
  return Rows;
}

std::vector<std::string> dataListing(const Stencil &Data) {
  std::vector<std::string> Lines;
  size_t NextHole = 0;
  uint64_t RowEnd = 0;
  for (std::string &Row : byteRows(Data.Bytes)) {
    Lines.push_back(std::move(Row));
    addHoles(Data, NextHole, RowEnd += RowSize, Lines);
  }
  return Lines;
}

} // namespace stencilgen
