// `stencilgen build`: the stencils of any interpreter, described by a profile of its own.
#include "BuildArguments.h"
#include "support/File.h"
#include "llvm/Support/Path.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct ProjectArguments {
  BuildArguments Build;
  std::string Profile;
  std::vector<std::string> Triples;
  std::string ConfigurationDir;
};

Expected<int> runProject(const ProjectArguments &Arguments) {
  auto Buffer = readFile(Arguments.Profile, "the profile", MaxProfileSize);
  if (!Buffer)
    return Buffer.takeError();
  auto Interpreter = parseProfile(Arguments.Profile, (*Buffer)->getBuffer());
  if (!Interpreter)
    return Interpreter.takeError();
  PipelineOptions Options;
  Options.Command = "stencilgen build";
  Options.ProfileFile = Arguments.Profile;
  Options.SourceDir = absolutePath(sys::path::parent_path(Arguments.Profile));
  Options.ConfigurationDir =
      Arguments.ConfigurationDir.empty() ? "" : absolutePath(Arguments.ConfigurationDir);
  Options.Triples = Arguments.Triples;
  return runBuild(*Interpreter, std::move(Options), Arguments.Build);
}

} // namespace

void addBuildCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<ProjectArguments>();
  CLI::App *Command = App.add_subcommand(
      "build", "make the stencils of an interpreter of your own, described by a profile (docs/profiles.md)");
  Command
      ->add_option("profile", Arguments->Profile, "the interpreter's profile; its files are found beside it")
      ->type_name("PROFILE")
      ->required();
  Command->add_option("triples", Arguments->Triples, "the targets")->type_name("TRIPLE...")->required();
  Command
      ->add_option(
          "-p,--configuration-dir", Arguments->ConfigurationDir,
          "the directory of the configuration header, if the profile names one (default: the one in\n"
          "the profile, or the current directory)")
      ->type_name("DIR");
  addBuildOptions(*Command, Arguments->Build);
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runProject(*Arguments); }; });
}

} // namespace stencilgen
