// Readers fed with good files that were cut off or had one bit changed. The lit test damaged_input.test makes
// the files and names their folder in STENCILGEN_TEST_CORPUS; whether a damaged file is refused does not
// matter here, only that reading it ends.
#include "ObjectReader.h"
#include "compile/Backend.h"
#include "emit/Header.h"
#include "emit/ImageListing.h"
#include "emit/Listing.h"
#include "emit/Manifest.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <random>

using namespace llvm;
using namespace stencilgen;

namespace {

/// The files of a folder of the corpus.
std::vector<std::string> corpus(StringRef Folder) {
  std::vector<std::string> Files;
  const char *Root = std::getenv("STENCILGEN_TEST_CORPUS");
  if (!Root)
    return Files;
  std::error_code EC;
  for (sys::fs::directory_iterator I(Twine(Root) + "/" + Folder, EC), End; I != End && !EC; I.increment(EC))
    Files.push_back((*MemoryBuffer::getFile(I->path()))->getBuffer().str());
  return Files;
}

/// Calls \p Read with every prefix of \p File that ends at a multiple of \p Step; returns how many.
template <class Function> size_t forEachPrefix(const std::string &File, size_t Step, Function Read) {
  size_t Count = 0;
  for (size_t Size = 0; Size < File.size(); Size += Step, ++Count)
    Read(File.substr(0, Size)); // a buffer of its own, so that reading past its end is found
  return Count;
}

/// Calls \p Read with \p Count copies of \p File, each with one bit changed: the same bits in every run.
template <class Function> void forEachFlip(const std::string &File, size_t Count, Function Read) {
  std::mt19937 Random(20240914);
  for (size_t I = 0; I < Count; ++I) {
    // The results of the engine are the same everywhere, those of the standard distributions are not.
    size_t Bit = Random() % (File.size() * 8);
    std::string Damaged = File;
    Damaged[Bit / 8] ^= static_cast<char>(1 << (Bit % 8));
    Read(Damaged);
  }
}

/// True when the bytes were accepted. What comes out is printed, as any reader of it would walk through it.
bool readsAsObject(const std::string &Bytes) {
  auto Image = readObject(MemoryBufferRef(Bytes, "damaged"));
  if (!Image) {
    EXPECT_FALSE(toString(Image.takeError()).empty());
    return false;
  }
  size_t Loaded = 0;
  for (const ImageSection &Section : Image->Sections) {
    Loaded += Section.Bytes.size();
    for (const Fixup &F : Section.Fixups) {
      EXPECT_LE(F.Offset + fixupKindInfo(F.Kind).Width, Section.Bytes.size());
      EXPECT_LT(F.Symbol, Image->Symbols.size());
    }
  }
  EXPECT_LE(Loaded, size_t(64) << 20);
  if (Loaded < (1 << 20)) {
    std::string Text;
    raw_string_ostream OS(Text);
    printImage(*Image, OS);
    EXPECT_FALSE(Text.empty());
  }
  return true;
}

bool readsAsManifest(const std::string &Text, const Disassembler &Listing) {
  auto Set = readManifest("damaged.json", Text);
  if (!Set) {
    EXPECT_FALSE(toString(Set.takeError()).empty());
    return false;
  }
  // What was accepted is a whole set: the header's listing walks through all of it, and a manifest of it
  // gives the same set again.
  if (auto Header = stencilHeader(*Set, Listing))
    EXPECT_FALSE(Header->empty());
  else
    ADD_FAILURE() << toString(Header.takeError());
  auto Again = readManifest("again.json", writeManifest(*Set, nullptr));
  if (!Again) {
    ADD_FAILURE() << toString(Again.takeError());
    return true;
  }
  EXPECT_TRUE(*Again == *Set);
  return true;
}

class DamagedInput : public testing::Test {
protected:
  void SetUp() override {
    if (!std::getenv("STENCILGEN_TEST_CORPUS"))
      GTEST_SKIP() << "run by damaged_input.test, which makes the files";
  }

  static Disassembler disassembler() {
    static bool Initialized = (initializeBackend(), true);
    (void)Initialized;
    return cantFail(Disassembler::create("x86_64-unknown-linux-gnu"));
  }
};

TEST_F(DamagedInput, ObjectsCutOff) {
  auto Files = corpus("objects");
  ASSERT_EQ(Files.size(), 11u);
  for (const std::string &File : Files) {
    EXPECT_TRUE(readsAsObject(File));
    size_t Accepted = 0;
    size_t Count =
        forEachPrefix(File, 1, [&](const std::string &Bytes) { Accepted += readsAsObject(Bytes); });
    EXPECT_EQ(Count, File.size());
    EXPECT_EQ(Accepted, 0u); // the section headers come last
  }
}

TEST_F(DamagedInput, ObjectsWithBitsFlipped) {
  auto Files = corpus("objects");
  ASSERT_EQ(Files.size(), 11u);
  for (const std::string &File : Files) {
    size_t Accepted = 0, Count = 5000;
    forEachFlip(File, Count, [&](const std::string &Bytes) { Accepted += readsAsObject(Bytes); });
    EXPECT_GT(Accepted, 0u);
    EXPECT_LT(Accepted, Count);
  }
}

TEST_F(DamagedInput, OtherFormatsCutOff) {
  auto Files = corpus("others");
  ASSERT_EQ(Files.size(), 8u);
  for (const std::string &File : Files) {
    EXPECT_TRUE(readsAsObject(File));
    size_t Accepted = 0;
    size_t Count =
        forEachPrefix(File, 1, [&](const std::string &Bytes) { Accepted += readsAsObject(Bytes); });
    EXPECT_EQ(Count, File.size());
    EXPECT_EQ(Accepted, 0u); // the names of symbols come last
  }
}

TEST_F(DamagedInput, OtherFormatsWithBitsFlipped) {
  auto Files = corpus("others");
  ASSERT_EQ(Files.size(), 8u);
  for (const std::string &File : Files) {
    size_t Accepted = 0, Count = 5000;
    forEachFlip(File, Count, [&](const std::string &Bytes) { Accepted += readsAsObject(Bytes); });
    EXPECT_GT(Accepted, 0u);
    EXPECT_LT(Accepted, Count);
  }
}

TEST_F(DamagedInput, ManifestsCutOff) {
  auto Files = corpus("manifests");
  ASSERT_EQ(Files.size(), 1u);
  Disassembler Listing = disassembler();
  for (const std::string &File : Files) {
    EXPECT_TRUE(readsAsManifest(File, Listing));
    forEachPrefix(File.substr(0, File.size() - 1), 7,
                  [&](const std::string &Text) { EXPECT_FALSE(readsAsManifest(Text, Listing)); });
  }
}

TEST_F(DamagedInput, ManifestsWithBitsFlipped) {
  auto Files = corpus("manifests");
  ASSERT_EQ(Files.size(), 1u);
  Disassembler Listing = disassembler();
  for (const std::string &File : Files) {
    size_t Accepted = 0, Count = 4000;
    forEachFlip(File, Count, [&](const std::string &Text) { Accepted += readsAsManifest(Text, Listing); });
    EXPECT_GT(Accepted, 0u);
    EXPECT_LT(Accepted, Count);
  }
}

} // namespace
