// formats/ObjectReader, where a file for each case would be too much: what is no object, and the largest
// section.
#include "ObjectReader.h"
#include "llvm/BinaryFormat/ELF.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace llvm;
using namespace stencilgen;

namespace {

std::string errorOf(StringRef Bytes) {
  auto Image = readObject(MemoryBufferRef(Bytes, "test"));
  return Image ? "" : toString(Image.takeError());
}

TEST(ObjectReader, NoObject) {
  EXPECT_EQ(errorOf(""), "not an object file");
  EXPECT_EQ(errorOf("text"), "not an object file");
  EXPECT_EQ(errorOf(StringRef("\x7f"
                              "ELF",
                              4)),
            "not an object file");
}

/// An ELF file of three sections: none, .bss of \p Size bytes, and an empty symbol table.
std::string objectWithZeros(uint64_t Size) {
  ELF::Elf64_Ehdr Header{};
  memcpy(Header.e_ident, ELF::ElfMagic, 4);
  Header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  Header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  Header.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  Header.e_type = ELF::ET_REL;
  Header.e_machine = ELF::EM_X86_64;
  Header.e_version = ELF::EV_CURRENT;
  Header.e_ehsize = sizeof(Header);
  Header.e_shentsize = sizeof(ELF::Elf64_Shdr);
  Header.e_shnum = 4;
  Header.e_shstrndx = 3;
  Header.e_shoff = sizeof(Header) + 8;
  const char Strings[8] = "\0.bss\0";
  ELF::Elf64_Shdr Sections[4] = {};
  Sections[1].sh_name = 1;
  Sections[1].sh_type = ELF::SHT_NOBITS;
  Sections[1].sh_flags = ELF::SHF_ALLOC | ELF::SHF_WRITE;
  Sections[1].sh_size = Size;
  Sections[2].sh_type = ELF::SHT_SYMTAB;
  Sections[2].sh_link = 3;
  Sections[2].sh_entsize = sizeof(ELF::Elf64_Sym);
  Sections[3].sh_type = ELF::SHT_STRTAB;
  Sections[3].sh_offset = sizeof(Header);
  Sections[3].sh_size = 8;
  std::string Bytes(reinterpret_cast<const char *>(&Header), sizeof(Header));
  Bytes.append(Strings, 8);
  Bytes.append(reinterpret_cast<const char *>(Sections), sizeof(Sections));
  return Bytes;
}

TEST(ObjectReader, LargestSection) {
  std::string Largest = objectWithZeros(16 << 20);
  auto Image = readObject(MemoryBufferRef(Largest, "test"));
  ASSERT_TRUE(static_cast<bool>(Image)) << toString(Image.takeError());
  ASSERT_EQ(Image->Sections.size(), 1u);
  EXPECT_EQ(Image->Sections[0].Bytes.size(), size_t(16) << 20);
  EXPECT_EQ(errorOf(objectWithZeros((16 << 20) + 1)),
            "section .bss has 16777217 bytes, more than any stencil");
}

} // namespace
