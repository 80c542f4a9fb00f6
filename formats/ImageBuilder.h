// What the readers share: an image that grows, and what a file's own numbers of sections and symbols mean in
// it.
#ifndef STENCILGEN_FORMATS_IMAGEBUILDER_H
#define STENCILGEN_FORMATS_IMAGEBUILDER_H

#include "EncodedFixup.h"
#include "llvm/ADT/StringRef.h"

namespace stencilgen {

/// Bytes to load, counted over all sections of a file: many headers can claim many zeros.
class LoadedSize {
public:
  /// Errors, as text without the place: more than MaxObjectSectionSize, in this section or up to it.
  llvm::Error add(llvm::StringRef Section, uint64_t Size);

private:
  uint64_t Sum = 0;
};

/// The image of a file of COFF or Mach-O, which number their sections from 1 and their symbols from 0.
/// Sections are added first, then symbols, then fixups, each in the order of the file.
class ImageBuilder {
public:
  /// A section at its place in the file's numbering.
  struct FileSection {
    std::string Name;
    std::optional<size_t> Index; ///< into ObjectImage::Sections; none: not loaded
  };

  ObjectImage Image;

  /// \p File is all of the file.
  explicit ImageBuilder(llvm::StringRef File, FixupKind AddressKind = FixupKind::Abs64) : File(File) {
    Image.AddressKind = AddressKind;
  }

  void skipSection(std::string Name) { Sections.push_back({std::move(Name), std::nullopt}); }

  /// Adds a section with the \p Size bytes at \p Begin of the file; none: zeros. Errors: too many bytes;
  /// outside the file.
  llvm::Error addSection(ImageSection Section, uint64_t Size, std::optional<uint64_t> Begin);

  llvm::ArrayRef<FileSection> sections() const { return Sections; }

  /// A symbol that no fixup may refer to, and that is not in the image.
  void skipSymbol(std::string Problem) { Symbols.push_back({std::nullopt, std::move(Problem)}); }

  /// \p Problem is why no fixup may refer to it; empty: it may.
  void addSymbol(ImageSymbol Symbol, std::string Problem) {
    Symbols.push_back({Image.Symbols.size(), std::move(Problem)});
    Image.Symbols.push_back(std::move(Symbol));
  }

  /// Places \p Symbol \p Value bytes behind the start of a section by its number, which is from \p Least.
  /// \p Problem becomes why no fixup may refer to it. Errors: no such section; outside it.
  llvm::Error place(ImageSymbol &Symbol, int64_t Section, uint64_t Value, int Least,
                    std::string &Problem) const;

  /// How many symbols the file has, up to here.
  size_t symbolCount() const { return Symbols.size(); }

  /// The image's symbol for a number of the file, none when it is not in the image.
  std::optional<size_t> symbol(uint32_t Number) const {
    return Number < Symbols.size() ? Symbols[Number].Index : std::nullopt;
  }

  /// The same for a fixup. Errors, to be put after the relocation's name: no such symbol; one that no fixup
  /// may refer to.
  llvm::Expected<size_t> fixupSymbol(uint32_t Number) const;

  /// Adds a fixup to a section of the image. \p Context is the place, and the relocation with its name.
  /// Errors: that of \p Decoded, or that it is none, after the context.
  llvm::Error addFixup(ImageSection &Section, const llvm::Twine &Context, uint64_t Offset,
                       llvm::StringRef RawName, size_t Symbol,
                       llvm::Expected<std::optional<EncodedFixup>> Decoded);

  /// "section NAME, offset 0x..: relocation R".
  static std::string contextOf(llvm::StringRef Section, uint64_t Offset, llvm::StringRef RawName);

private:
  struct FileSymbol {
    std::optional<size_t> Index; ///< into ObjectImage::Symbols
    std::string Problem;
  };

  llvm::StringRef File;
  LoadedSize Loaded;
  std::vector<FileSection> Sections;
  std::vector<FileSymbol> Symbols;
};

} // namespace stencilgen

#endif
