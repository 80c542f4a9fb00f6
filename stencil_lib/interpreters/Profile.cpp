// Reads profiles (JSON) and finds them by name.
#include "interpreters/Profile.h"
#include "interpreters/EmbeddedProfiles.h"
#include "interpreters/ProfileText.h"
#include "support/Diagnostic.h"
#include "support/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/CallingConv.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace stencilgen {

Expected<const TargetProfile *> Profile::target(StringRef Triple) const {
  std::vector<StringRef> Known;
  // It becomes part of file names.
  bool IsPlain = llvm::all_of(Triple, [](char C) { return isAlnum(C) || StringRef("._-").contains(C); });
  for (const TargetProfile &Target : Targets) {
    if (IsPlain && Regex(Target.Pattern).match(Triple))
      return &Target;
    Known.push_back(Target.Triple);
  }
  StringRef Nearest = nearestName(Triple, Known);
  return makeError("unknown target '" + Triple + "'" +
                   (Nearest.empty() ? "" : ", did you mean '" + Nearest.str() + "'?") + " (" + Name +
                   " has " + join(Known, ", ") + ")");
}

HeaderForm Profile::headerFor(const TargetProfile &Target, const JitSource *Jit) const {
  HeaderForm Result = Header;
  CPythonForm &Form = Result.CPython;
  for (const FunctionChoices *Choices : {&PatchFunctions, &Target.PatchFunctions})
    for (const auto &[Kind, Functions] : *Choices) {
      auto Found = llvm::find_if(Functions, [&](const std::string &Function) {
        return Jit && Jit->hasFunction(Function, 2); // a place and a value
      });
      Form.PatchFunctions[Kind] = Found == Functions.end() ? Functions.front() : *Found;
    }
  if (Jit)
    llvm::erase_if(Form.Pairs, [&](PairFunction &Pair) {
      Pair.Apart = Jit->hasFunction(Pair.Function, 3);
      return !Pair.Apart && !Jit->hasFunction(Pair.Function, 2);
    });
  for (const auto &[Kind, Function] : Target.TrampolineFunctions)
    Form.TrampolineFunctions[Kind] = Function;
  Form.DescendingOrdinals = Target.Layout.DescendingOrdinals;
  if (auto *TakeOver = rulesOf(Result.Dialect).TakeOver)
    TakeOver(Result, Holes.ContinueValue, Target.Layout.CodeAlignment);
  return Result;
}

static BuildVariant readVariant(JsonObject Compile, StringRef Key) {
  BuildVariant Variant;
  if (!Compile.has(Key))
    return Variant;
  JsonObject Object = Compile.object(Key);
  if (Object.has("flags"))
    Variant.Flags = Object.strings("flags");
  if (Object.has("configuration"))
    Variant.Configuration = Object.strings("configuration");
  Variant.Condition = Object.string("condition");
  return Variant;
}

/// The lines of the configuration groups that a target names.
static std::vector<std::string> readConfiguration(JsonObject Root, JsonObject Target) {
  std::vector<std::string> Lines;
  if (!Target.has("configuration"))
    return Lines;
  JsonObject Groups = Root.object("configurations");
  for (const std::string &Group : Target.strings("configuration"))
    for (std::string &Line : Groups.strings(Group))
      Lines.push_back(std::move(Line));
  return Lines;
}

static TargetProfile readTarget(JsonObject Root, JsonObject Object) {
  auto Optional = [&](StringRef Key) { return Object.has(Key) ? Object.string(Key) : std::string(); };
  TargetProfile Target;
  Target.Pattern = Object.string("pattern");
  std::string Problem;
  if (!Regex(Target.Pattern).isValid(Problem))
    Object.fail("pattern", "a regular expression: " + Problem);
  Target.Triple = Object.string("triple");
  Target.Flags = Object.strings("flags");
  Target.Condition = Object.string("condition");
  Target.Layout = readLayoutProfile(Object);
  if (Object.has("regparm"))
    Target.RegisterArguments = Object.number("regparm", 3);
  if (Object.has("irConvention")) {
    if (Object.string("irConvention") == "ghc")
      Target.IrConvention = CallingConv::GHC;
    else
      Object.fail("irConvention", "\"ghc\", the one convention that is set in LLVM's IR");
  }
  if (Object.has("hardeningFlags"))
    Target.HardeningFlags = Object.strings("hardeningFlags");
  if (Object.has("landingPad")) {
    Target.LandingPad = Object.bytes("landingPad");
    if (Target.LandingPad.empty())
      Object.fail("landingPad", "bytes as pairs of hexadecimal digits");
  }
  Target.Why = Optional("why");
  Target.Convention = Optional("convention");
  Target.Reach = Optional("reach");
  Target.WithoutShim = Object.has("withoutShim") && Object.boolean("withoutShim");
  auto OptionalList = [&](StringRef Key) {
    return Object.has(Key) ? Object.strings(Key) : std::vector<std::string>();
  };
  Target.StencilFlags = OptionalList("stencilFlags");
  Target.ShimFlags = OptionalList("shimFlags");
  Target.FramePointer = Optional("framePointer");
  Target.Configuration = readConfiguration(Root, Object);
  Target.ConfigurationDir = Optional("configurationDir");
  Target.PatchFunctions = readChoices(Object, "patchFunctions");
  Target.TrampolineFunctions = readFunctions(Object, "trampolineFunctions");
  return Target;
}

/// A name of a file in the output directory, beside a manifest of the same name that ends in .json.
static bool isHeaderName(StringRef Name) {
  return Name.size() > 2 && Name.ends_with(".h") && !Name.starts_with(".") &&
         llvm::all_of(Name, [](char C) { return isAlnum(C) || StringRef("._-").contains(C); });
}

static void readSources(JsonObject Sources, Profile &P) {
  auto Optional = [&](StringRef Key) { return Sources.has(Key) ? Sources.string(Key) : std::string(); };
  P.TemplateFile = Sources.string("template");
  P.ShimFile = Optional("shim");
  P.EntryShimFile = Optional("entryShim");
  if (Sources.has("definitions"))
    P.DefinitionFiles = Sources.strings("definitions");
  P.CasesFile = P.DefinitionFiles.empty() ? Sources.string("cases") : Optional("cases");
  P.JitFile = Optional("jit");
  P.ConfigurationFile = Optional("configuration");
}

static void readCompile(JsonObject Compile, Profile &P) {
  auto IsTrue = [&](StringRef Key) { return Compile.has(Key) && Compile.boolean(Key); };
  std::string Headers = Compile.has("systemHeaders") ? Compile.string("systemHeaders") : "host";
  if (Headers != "host" && Headers != "embedded")
    Compile.fail("systemHeaders", "host or embedded, found '" + Headers + "'");
  P.EmbeddedHeaders = Headers == "embedded";
  P.CanonicalTriples = IsTrue("canonicalTriples");
  P.Includes = Compile.strings("includes");
  P.Flags = Compile.strings("flags");
  if (Compile.has("stencilFlags"))
    P.StencilFlags = Compile.strings("stencilFlags");
  P.ReleaseFlags = Compile.strings("releaseFlags");
  P.DebugFlags = Compile.strings("debugFlags");
  P.Debug = readVariant(Compile, "debug");
  P.FreeThreaded = readVariant(Compile, "freeThreaded");
  P.Entry = Compile.string("entry");
  P.ShimEntry = Compile.has("shimEntry") ? Compile.string("shimEntry") : P.Entry;
  P.OpcodeMacro = Compile.string("opcodeMacro");
  P.CaseMarker = Compile.string("caseMarker");
  if (Compile.has("traceEntries"))
    P.TraceEntries = Compile.strings("traceEntries");
  P.OneSwitch = IsTrue("oneSwitch");
  P.NumberCases = IsTrue("numberCases");
}

static HoleProfile readHoles(JsonObject Object) {
  HoleProfile Holes;
  Holes.Prefix = Object.string("prefix");
  Holes.ContinueLabel = Object.has("continueLabel") ? Object.string("continueLabel") : "";
  Holes.ContinueValue = Holes.ContinueLabel.empty() ? Object.string("continue") : "";
  for (auto &[Name, Expression] : Object.stringMembers("values"))
    Holes.Values.push_back({Name, Expression});
  for (const char *Name : {CodeValue, DataValue})
    if (!Holes.value(Name))
      Object.object("values").string(Name);
  if (Holes.ContinueLabel.empty() && !Holes.value(Holes.ContinueValue))
    Object.fail("continue", "one of the hole values");
  if (Holes.value(Holes.ContinueLabel))
    Object.fail("continueLabel", "no hole value: it is the end of the code");
  return Holes;
}

/// Checks the expressions of hole values, but of those that the runtime fills by itself.
static void checkExpressions(JsonObject Object, const HoleProfile &Holes, HeaderDialect Dialect) {
  auto *ExpectedExpression = rulesOf(Dialect).ExpectedExpression;
  if (!ExpectedExpression)
    return;
  for (const HoleValueProfile &Value : Holes.Values) {
    if (Value.Name == CodeValue || Value.Name == DataValue || Value.Name == Holes.ContinueValue)
      continue;
    if (StringRef Form = ExpectedExpression(Value.Expression); !Form.empty())
      Object.object("values").fail(Value.Name, Form + ", found '" + Value.Expression + "'");
  }
}

static void readHeader(JsonObject Header, Profile &P) {
  P.Header = readHeaderForm(Header);
  P.PatchFunctions = readChoices(Header, "patchFunctions");
  if (!Header.has("file"))
    return;
  P.HeaderFile = Header.string("file");
  if (!isHeaderName(P.HeaderFile))
    Header.fail("file",
                "a file name that ends in .h, of letters, digits and ._-, found '" + P.HeaderFile + "'");
}

Expected<Profile> parseProfile(StringRef File, StringRef Text) {
  auto Complete = completeProfileText(File, Text);
  if (!Complete)
    return Complete.takeError();
  auto Document = JsonDocument::parse(File, *Complete);
  if (!Document)
    return Document.takeError();
  JsonObject Root = Document->root();
  Profile P;
  P.Text = *Complete;
  P.Name = Root.string("name");
  P.Revision = Root.number("revision");
  if (Root.has("versions"))
    P.Versions = Root.strings("versions");
  readSources(Root.object("sources"), P);
  readCompile(Root.object("compile"), P);
  JsonObject Holes = Root.object("holes");
  P.Holes = readHoles(Holes);
  readHeader(Root.object("header"), P);
  checkExpressions(Holes, P.Holes, P.Header.Dialect);
  if (Root.has("optimize"))
    P.Optimize = readOptimizeProfile(Root.object("optimize"));
  for (StringRef Elsewhere : {"lowering", "configurations", "$schema", "extends"})
    Root.allow(Elsewhere);
  Root.forEach("targets", [&](JsonObject Target) { P.Targets.push_back(readTarget(Root, Target)); });
  if (Error E = Document->takeError())
    return E;
  return P;
}

static bool describesStencils(const EmbeddedProfile &Embedded) {
  auto Text = completeProfileText(Embedded.Name, Embedded.Text);
  if (!Text)
    return consumeError(Text.takeError()), false;
  auto Document = JsonDocument::parse(Embedded.Name, *Text);
  if (!Document)
    return consumeError(Document.takeError()), false;
  return Document->root().has("targets");
}

/// The embedded text of this name, null where there is none.
static const EmbeddedProfile *embedded(StringRef Name) {
  auto Found = llvm::find_if(EmbeddedProfiles, [&](const EmbeddedProfile &P) { return P.Name == Name; });
  return Found == std::end(EmbeddedProfiles) ? nullptr : Found;
}

/// The facts that are embedded for the profile, or for the one it extends; null where there are none.
static Expected<const EmbeddedProfile *> embeddedFacts(StringRef Name) {
  for (;;) {
    if (const EmbeddedProfile *Facts = embedded((Name + "-optimize").str()))
      return Facts;
    const EmbeddedProfile *Plain = embedded(Name);
    if (!Plain)
      return nullptr;
    auto Document = JsonDocument::parse(Name, Plain->Text);
    if (!Document)
      return Document.takeError();
    if (!Document->root().has("extends"))
      return nullptr;
    std::string Base = Document->root().string("extends");
    Name = embedded(Base) ? embedded(Base)->Name : StringRef();
  }
}

Expected<Profile> optimizedProfile(const Profile &Interpreter) {
  auto Document = JsonDocument::parse(Interpreter.Name, Interpreter.Text);
  if (!Document)
    return Document.takeError();
  if (auto Facts = embeddedFacts(Interpreter.Name); !Facts) {
    return Facts.takeError();
  } else if (*Facts && !Document->root().has("optimize")) {
    auto Patch = JsonDocument::parse((*Facts)->Name, (*Facts)->Text);
    if (!Patch)
      return Patch.takeError();
    Document->mergePatch(*Patch);
  }
  auto Result = parseProfile(Interpreter.Name, Document->text());
  if (!Result)
    return Result;
  Result->Optimize.IsEnabled = true;
  for (TargetProfile &Target : Result->Targets)
    Target.Layout.OptimizeBlocks = true;
  for (const auto &[Kind, Function] : Result->Optimize.PatchFunctions)
    Result->PatchFunctions[Kind] = {Function};
  return Result;
}

Expected<Profile> loadProfile(StringRef Name) {
  for (const EmbeddedProfile &Embedded : EmbeddedProfiles)
    if (Embedded.Name == Name && describesStencils(Embedded))
      return parseProfile((Name + ".json").str(), Embedded.Text);
  return makeError("unknown profile '" + Name + "', expected one of " + join(profileNames(), ", "));
}

std::vector<StringRef> profileNames() {
  std::vector<StringRef> Names;
  for (const EmbeddedProfile &Embedded : EmbeddedProfiles)
    if (describesStencils(Embedded))
      Names.push_back(Embedded.Name);
  return Names;
}

} // namespace stencilgen
