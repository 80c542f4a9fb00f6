// `stencilgen verify`: is a set of stencils sound, and does it match its source tree?
#include "BuildArguments.h"
#include "TreeArguments.h"
#include "compile/Backend.h"
#include "inspect/BinarySymbols.h"
#include "inspect/Currency.h"
#include "inspect/Soundness.h"
#include "support/File.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct VerifyArguments {
  std::vector<std::string> Files;
  std::string Symbols, Against;
  TreeArguments Trees;
  bool InputsOnly = false;
  unsigned Threads = 0;
};

using Diagnostics = std::vector<Diagnostic>;

void append(Diagnostics &All, Diagnostics More) {
  All.insert(All.end(), std::make_move_iterator(More.begin()), std::make_move_iterator(More.end()));
}

/// What speaks of the trees. Errors: a tree or profile cannot be used at all.
Error checkTree(const VerifyArguments &Arguments, const InspectedSet &Inspected, StringRef Text,
                Diagnostics &Found) {
  auto Interpreter = profileOf(*Inspected.Set, Arguments.Trees.Profile);
  if (!Interpreter) {
    // Its digest cannot be told, which matters only to who asked for more.
    if (Arguments.Against.empty()) {
      consumeError(Interpreter.takeError());
      return Error::success();
    }
    return Interpreter.takeError();
  }
  append(Found, checkDigest(Inspected, *Interpreter));
  if (Arguments.Against.empty())
    return Error::success();
  SourceTrees Trees = Arguments.Trees.at(Arguments.Against);
  auto Changed = checkInputs(Inspected, *Interpreter, Trees);
  if (!Changed)
    return Changed.takeError();
  bool InputsDiffer = !Changed->empty();
  append(Found, std::move(*Changed));
  if (Arguments.InputsOnly)
    return Error::success();
  auto Compared =
      checkAgainst(Inspected, Text, *Interpreter, Trees, threadsFor(Arguments.Threads), InputsDiffer);
  if (!Compared)
    return Compared.takeError();
  if (Compared->KeptBy.empty())
    errs() << "stencilgen: note: this system has neither Landlock nor seccomp: the stencils were made again "
              "with the rights of this user\n";
  append(Found, std::move(Compared->Found));
  return Error::success();
}

/// The header beside a manifest, jit_stencils-T.h beside jit_stencils-T.json, where there is one.
void checkSibling(const InspectedSet &Inspected, const Disassembler &Decoder, Diagnostics &Found) {
  SmallString<256> Header = StringRef(Inspected.File);
  sys::path::replace_extension(Header, "h");
  auto Buffer = readRegularFile(Header, "the header", MaxSetFileSize);
  if (Buffer)
    append(Found, checkHeader(Inspected, Header, (*Buffer)->getBuffer(), Decoder));
  consumeError(Buffer.takeError());
}

Error verify(const VerifyArguments &Arguments, StringRef File, const StringSet<> *Symbols,
             Diagnostics &Found) {
  auto Buffer = readFile(File, "the manifest or header", MaxSetFileSize);
  if (!Buffer)
    return Buffer.takeError();
  auto Inspected = inspectFile(File, {});
  if (!Inspected)
    return Inspected.takeError();
  auto Decoder = Disassembler::create(Inspected->Set->Triple);
  if (!Decoder)
    return Decoder.takeError();
  size_t Before = Found.size();
  append(Found, checkCode(*Inspected, *Decoder));
  append(Found, checkPaths(*Inspected));
  if (Symbols)
    append(Found, checkSymbols(*Inspected, *Symbols, Arguments.Symbols));
  bool IsManifest = !Inspected->Set->LLVMVersion.empty();
  if (IsManifest) {
    append(Found, checkForm(*Inspected, (*Buffer)->getBuffer(), *Decoder));
    size_t BeforeFiles = Found.size();
    checkSibling(*Inspected, *Decoder, Found);
    if (Found.size() == BeforeFiles)
      append(Found, checkFiles(*Inspected));
  }
  if (IsManifest || !Arguments.Against.empty())
    if (Error E = checkTree(Arguments, *Inspected, (*Buffer)->getBuffer(), Found))
      return E;
  if (Found.size() == Before)
    outs() << printable(File, true) << ": sound: " << Inspected->Groups.size() << " stencils for "
           << Inspected->title() << '\n';
  return Error::success();
}

Expected<int> runVerify(const VerifyArguments &Arguments) {
  initializeBackend();
  std::optional<StringSet<>> Symbols;
  if (!Arguments.Symbols.empty()) {
    auto Read = symbolsOfBinary(Arguments.Symbols);
    if (!Read)
      return Read.takeError();
    Symbols = std::move(*Read);
  }
  Diagnostics Found;
  Error Failures = Error::success();
  for (const std::string &File : Arguments.Files)
    if (Error E = verify(Arguments, File, Symbols ? &*Symbols : nullptr, Found))
      Failures = joinErrors(std::move(Failures), std::move(E));
  if (!Found.empty())
    Failures = joinErrors(std::move(Failures), make_error<DiagnosticError>(std::move(Found)));
  if (Failures)
    return Failures;
  return 0;
}

} // namespace

void addVerifyCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<VerifyArguments>();
  CLI::App *Command = App.add_subcommand(
      "verify", "check that a set of stencils is sound (complete, decodable, every hole an operand, every\n"
                "branch to a place that exists, no absolute path) and, with --against, that it matches its\n"
                "source tree. Exit status: 0 sound, 1 unsound (docs/inspect.md)");
  Command
      ->add_option("files", Arguments->Files,
                   "manifests, with which the headers beside them are checked, or headers alone")
      ->type_name("FILE...")
      ->required();
  Command
      ->add_option("--symbols", Arguments->Symbols,
                   "a built interpreter or library (ELF, Mach-O, COFF): every symbol must be in it")
      ->type_name("BINARY");
  Command
      ->add_option("--against", Arguments->Against,
                   "the interpreter's source tree: the inputs must not have changed, and making the\n"
                   "stencils again must give the same")
      ->type_name("TREE");
  Command->add_flag("--inputs-only", Arguments->InputsOnly,
                    "with --against: compare the inputs, compile nothing");
  addTreeOptions(*Command, Arguments->Trees, "--against");
  Command->add_option("-j,--jobs", Arguments->Threads, "worker threads (default: one a processor)")
      ->type_name("N");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runVerify(*Arguments); }; });
}

} // namespace stencilgen
