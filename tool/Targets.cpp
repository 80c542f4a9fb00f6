// `stencilgen targets`: the targets of a profile and what was decided for each.
#include "Commands.h"
#include "interpreters/LoweringProfile.h"
#include "interpreters/Profile.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Json.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

struct TargetsArguments {
  std::string Profile = DefaultLoweringProfile;
  std::string Format = "text";
};

Json toJson(const TargetProfile &Target) {
  return {{"triple", Target.Triple},
          {"pattern", Target.Pattern},
          {"flags", Target.Flags},
          {"why", Target.Why},
          {"convention", Target.Convention},
          {"reach", Target.Reach},
          {"condition", Target.Condition},
          {"nop", toHex(Target.Layout.Nop, /*LowerCase=*/true)},
          {"codeAlignment", Target.Layout.CodeAlignment},
          {"symbolPrefix", Target.Layout.SymbolPrefix}};
}

void printText(const Profile &Interpreter, raw_ostream &OS) {
  ListSeparator BlankLine("\n");
  for (const TargetProfile &Target : Interpreter.Targets) {
    OS << BlankLine << Target.Triple << '\n';
    auto Row = [&](StringRef Name, StringRef Value) {
      if (!Value.empty())
        OS << "  " << left_justify(Name, 12) << Value << '\n';
    };
    Row("flags", join(Target.Flags, " "));
    Row("why", Target.Why);
    Row("convention", Target.Convention);
    Row("reach", Target.Reach);
    Row("condition", Target.Condition);
    Row("nop", toHex(Target.Layout.Nop, /*LowerCase=*/true));
  }
}

Expected<Profile> loadNamed(StringRef Name) {
  if (!Name.ends_with(".json"))
    return loadProfile(Name);
  auto Buffer = readFile(Name, "the profile");
  if (!Buffer)
    return Buffer.takeError();
  return parseProfile(Name, (*Buffer)->getBuffer());
}

Expected<int> runTargets(const TargetsArguments &Arguments) {
  auto Interpreter = loadNamed(Arguments.Profile);
  if (!Interpreter)
    return Interpreter.takeError();
  if (Arguments.Format == "text") {
    printText(*Interpreter, outs());
    return 0;
  }
  Json Targets = Json::array();
  for (const TargetProfile &Target : Interpreter->Targets)
    Targets.push_back(toJson(Target));
  outs() << jsonText(Json{{"profile", Interpreter->Name}, {"targets", std::move(Targets)}}, 2) << '\n';
  return 0;
}

} // namespace

void addTargetsCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<TargetsArguments>();
  CLI::App *Command = App.add_subcommand(
      "targets",
      "list the targets of an interpreter version: flags and the reasons for them, calling convention,\n"
      "reach of a branch, the dispatcher's condition, nop");
  Command
      ->add_option("--profile", Arguments->Profile, "the profile of a version or one of your own (FILE.json)")
      ->type_name("NAME|FILE")
      ->capture_default_str();
  Command->add_option("--format", Arguments->Format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runTargets(*Arguments); }; });
}

} // namespace stencilgen
