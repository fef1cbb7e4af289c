package io.coralml.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
    name = "completion",
    description = {
      "Print a script that completes verbs and options in bash and zsh.",
      "Use it with: source <(coral completion)"
    })
final class CompletionVerb extends Verb {
  CompletionVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    shell().out().print(AutoComplete.bash("coral", Coral.allVerbs(shell())));
    return 0;
  }
}
