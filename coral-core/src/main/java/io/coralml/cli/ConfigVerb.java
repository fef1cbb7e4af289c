package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "config", description = "Read or change the settings of the repository.")
final class ConfigVerb extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KEY",
      description = "One setting; all are listed when absent.")
  private @Nullable String key;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "Its new value; it is printed when absent.")
  private @Nullable String value;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      description = "Set everything as the preset has it: default, space, speed or memory.")
  private @Nullable String preset;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  ConfigVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      SortedMap<String, String> settings = repository.options().settings();
      if (preset != null) {
        repository.configure(RepositoryOptions.preset(preset));
      } else if (key != null && value != null) {
        repository.configure(repository.options().with(key, value));
      } else if (key != null) {
        if (!settings.containsKey(key)) {
          throw new InvalidInputException(
              "There is no setting " + Quoted.name(key) + "; 'coral config' lists them.");
        }
        print(String.valueOf(settings.get(key)));
      } else if (asJson) {
        Json.print(shell().out(), json -> Json.object(json, settings));
      } else {
        settings.forEach((name, set) -> print(name + " = " + set));
      }
    }
    return 0;
  }
}
