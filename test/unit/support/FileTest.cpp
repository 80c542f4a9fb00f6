// support/File: output files appear together, or not at all.
#include "support/File.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace stencilgen;

namespace {

class File : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("stencilgen-unit", Folder)); }
  void TearDown() override { sys::fs::remove_directories(Folder); }

  std::string in(StringRef Name) const {
    SmallString<128> Path = Folder;
    sys::path::append(Path, Name);
    return Path.str().str();
  }

  /// All names in the folder, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> Names;
    std::error_code EC;
    for (sys::fs::recursive_directory_iterator I(Folder, EC), End; I != End && !EC; I.increment(EC))
      Names.push_back(StringRef(I->path()).drop_front(Folder.size() + 1).str());
    llvm::sort(Names);
    return Names;
  }

  std::string contents(StringRef Name) const {
    auto Buffer = readFile(in(Name), "a test file");
    return Buffer ? (*Buffer)->getBuffer().str() : toString(Buffer.takeError());
  }

  SmallString<128> Folder;
};

using Names = std::vector<std::string>;

TEST_F(File, CommitRenamesAll) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "first")));
  EXPECT_FALSE(errorToBool(Outputs.add(in("deep/er/b"), "second")));
  for (const std::string &Name : names())
    EXPECT_NE(Name, "a"); // not before commit
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_EQ(names(), (Names{"a", "deep", "deep/er", "deep/er/b"}));
  EXPECT_EQ(contents("a"), "first");
  EXPECT_EQ(contents("deep/er/b"), "second");
}

TEST_F(File, WithoutCommitNothingIsLeft) {
  {
    OutputFiles Outputs;
    EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "old")));
    EXPECT_FALSE(errorToBool(Outputs.commit()));
  }
  {
    OutputFiles Outputs;
    EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "new")));
    EXPECT_FALSE(errorToBool(Outputs.add(in("b"), "new")));
    EXPECT_EQ(names().size(), 3u);
  }
  EXPECT_EQ(names(), Names{"a"});
  EXPECT_EQ(contents("a"), "old");
}

TEST_F(File, SameBytesAreNotWritten) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "bytes")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  sys::fs::file_status Before, After;
  ASSERT_FALSE(sys::fs::status(in("a"), Before));
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "bytes")));
  EXPECT_EQ(names(), Names{"a"}); // no temporary file
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  ASSERT_FALSE(sys::fs::status(in("a"), After));
  EXPECT_EQ(Before.getUniqueID(), After.getUniqueID());
}

TEST_F(File, FailureKeepsTheFilesBefore) {
  {
    OutputFiles Outputs;
    EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "a file, no folder")));
    EXPECT_FALSE(errorToBool(Outputs.commit()));
    Error Below = Outputs.add(in("a/b"), "below a file");
    EXPECT_EQ(toString(std::move(Below)),
              in("a") + "/b: error: cannot write the output file: Not a directory\n");
    ASSERT_FALSE(sys::fs::create_directory(in("folder")));
    Error IsFolder = Outputs.add(in("folder"), "over a folder");
    EXPECT_EQ(toString(std::move(IsFolder)),
              in("folder") + ": error: cannot write the output file: Is a directory\n");
  }
  EXPECT_EQ(names(), (Names{"a", "folder"}));
}

TEST_F(File, LinkStaysALink) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("folder/a"), "old")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  ASSERT_EQ(symlink("folder/a", in("link").c_str()), 0);
  EXPECT_FALSE(errorToBool(Outputs.add(in("link"), "new")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_TRUE(sys::fs::is_symlink_file(in("link")));
  EXPECT_EQ(contents("folder/a"), "new");
}

TEST_F(File, DanglingLinkGetsItsTarget) {
  ASSERT_FALSE(sys::fs::create_directory(in("folder")));
  ASSERT_EQ(symlink("folder/b", in("a").c_str()), 0);
  ASSERT_EQ(symlink("a", in("link").c_str()), 0);
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("link"), "new")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_TRUE(sys::fs::is_symlink_file(in("link")));
  EXPECT_EQ(contents("folder/b"), "new");
  ASSERT_EQ(symlink("nowhere/b", in("lost").c_str()), 0);
  EXPECT_EQ(toString(Outputs.add(in("lost"), "new")),
            in("nowhere/b") + ": error: cannot write the output file: No such file or directory\n");
  ASSERT_EQ(symlink("circle", in("circle").c_str()), 0);
  EXPECT_EQ(toString(Outputs.add(in("circle"), "new")),
            in("circle") + ": error: cannot write the output file: Too many levels of symbolic links\n");
}

TEST_F(File, ModeStays) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "old")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  ASSERT_EQ(chmod(in("a").c_str(), 0751), 0);
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "new")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  struct stat Status;
  ASSERT_EQ(stat(in("a").c_str(), &Status), 0);
  EXPECT_EQ(Status.st_mode & 07777, 0751u);
}

TEST_F(File, NamesThatLookLikePatterns) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("feature%2Fx/%%a"), "bytes")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_EQ(contents("feature%2Fx/%%a"), "bytes");
}

TEST_F(File, TwoWithOneName) {
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "first")));
  EXPECT_EQ(toString(Outputs.add(in("a"), "second")), in("a") + ": error: two output files have this name\n");
}

TEST_F(File, WhatKilledRunsLeftIsRemoved) {
  for (StringRef Name : {"a.0123ab.new", "a.0123a.new", "a.0123abc.new", "a.0123ag.new", "b.0123ab.new"}) {
    std::error_code EC;
    raw_fd_ostream(in(Name), EC) << "left";
    ASSERT_FALSE(EC);
  }
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "bytes")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_EQ(names(), (Names{"a", "a.0123a.new", "a.0123abc.new", "a.0123ag.new", "b.0123ab.new"}));
}

TEST_F(File, ReadingHasLimits) {
  EXPECT_EQ(toString(readFile("/dev/zero", "a test file", 100).takeError()),
            "/dev/zero: error: cannot read a test file: it has more than 100 bytes\n");
  EXPECT_EQ(toString(readRegularFile("/dev/zero", "a test file").takeError()),
            "/dev/zero: error: cannot read a test file: expected a regular file\n");
  EXPECT_EQ(toString(readFile(Folder, "a test file").takeError()),
            Folder.str().str() + ": error: cannot read a test file: Is a directory\n");
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("a"), "12345")));
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_TRUE(static_cast<bool>(readFile(in("a"), "a test file", 5)));
  EXPECT_EQ(toString(readFile(in("a"), "a test file", 4).takeError()),
            in("a") + ": error: cannot read a test file: it has more than 4 bytes\n");
}

TEST_F(File, PipeIsWrittenInPlace) {
  ASSERT_EQ(mkfifo(in("pipe").c_str(), 0600), 0);
  int Reader = open(in("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(Reader, 0);
  OutputFiles Outputs;
  EXPECT_FALSE(errorToBool(Outputs.add(in("pipe"), "bytes")));
  char Bytes[8];
  EXPECT_EQ(read(Reader, Bytes, sizeof Bytes), 0); // not before commit
  EXPECT_FALSE(errorToBool(Outputs.commit()));
  EXPECT_EQ(read(Reader, Bytes, sizeof Bytes), 5);
  EXPECT_EQ(StringRef(Bytes, 5), "bytes");
  close(Reader);
  EXPECT_EQ(names(), Names{"pipe"});
  struct stat Status;
  ASSERT_EQ(stat(in("pipe").c_str(), &Status), 0);
  EXPECT_TRUE(S_ISFIFO(Status.st_mode));
}

TEST_F(File, ReadingSaysWhatWasExpected) {
  EXPECT_EQ(contents("none"), in("none") + ": error: cannot read a test file: No such file or directory\n");
}

TEST(Sha256, OfKnownTexts) {
  EXPECT_EQ(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
