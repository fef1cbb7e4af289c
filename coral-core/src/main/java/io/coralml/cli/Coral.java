package io.coralml.cli;

import io.coralml.ConflictException;
import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.history.Quoted;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line, {@code java -jar coral.jar VERB}.
 *
 * <p>Exit codes: 0 all is fine; 1 the answer is no (a conflict, differences, damage found); 2 wrong
 * usage; 3 something broke. An error is one sentence on standard error that says what is wrong and
 * what to do.
 */
@Command(
    name = "coral",
    description = "Version control for neural-network weights, exact to the bit.",
    versionProvider = Coral.Version.class,
    synopsisSubcommandLabel = "VERB",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is fine",
      "1:the answer is no: a conflict, differences, damage found",
      "2:wrong usage",
      "3:something broke"
    })
public final class Coral implements Runnable {
  /** The answer is no: a conflict, differences, damage found. */
  static final int NO = 1;

  /** Wrong usage. */
  static final int USAGE = 2;

  /** Something broke. */
  static final int BROKEN = 3;

  private static final List<String> VERBS =
      List.of(
          "add",
          "branch",
          "checkout",
          "cherry-pick",
          "cluster",
          "commit",
          "completion",
          "config",
          "convert",
          "diff",
          "export",
          "fsck",
          "gc",
          "import",
          "init",
          "log",
          "ls",
          "merge",
          "repack",
          "revert",
          "rm",
          "show",
          "stats",
          "status",
          "switch",
          "tag");

  /** The longest error, in characters. */
  private static final int LONGEST = 600;

  private final Shell shell;

  private Coral(Shell shell) {
    this.shell = shell;
  }

  @Option(
      names = "-C",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Run as if started in DIR.")
  void changeDirectory(Path directory) {
    if (!Files.isDirectory(shell.resolve(directory))) {
      throw new ParameterException(
          new CommandLine(this), "There is no folder " + Quoted.name(directory.toString()));
    }
    shell.changeDirectory(directory);
  }

  /** Reads the version from the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Coral.class.getPackage().getImplementationVersion();
      return new String[] {"coral " + (version == null ? "(development)" : version)};
    }
  }

  /** Called when there is no verb. */
  @Override
  public void run() {
    throw new InvalidInputException("Say what to do: 'coral --help' lists the verbs.");
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    quietLogging();
    // No option has these types, and making picocli's converters loads them all.
    System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
    PrintWriter out = writer(System.out);
    PrintWriter err = writer(System.err);
    Shell shell = new Shell(out, err, System.getenv(), Path.of("").toAbsolutePath(), Screen.find());
    int code = execute(shell, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Warnings only, unless the user asks the logger of the command line for more. */
  private static void quietLogging() {
    setUnlessSet("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    // It is known which logger there is: looking for one loads two dozen classes.
    setUnlessSet("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    setUnlessSet("slf4j.internal.verbosity", "WARN");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
  }

  /** Returns a description of all verbs. */
  static CommandLine allVerbs(Shell shell) {
    return commandLine(shell);
  }

  /** Runs a command and returns its exit code. */
  static int execute(Shell shell, String... args) {
    try {
      return commandLine(shell, args).execute(args);
    } catch (OutOfMemoryError e) {
      return report(shell, BROKEN, "There was not enough memory; give more with 'java -Xmx'.");
    }
  }

  private static CommandLine commandLine(Shell shell, String... args) {
    CommandLine line = new CommandLine(new Coral(shell));
    verbsFor(args).forEach(verb -> line.addSubcommand(verb, verb(verb, shell)));
    addHelp(line);
    line.getSubcommands().values().forEach(Coral::addHelp);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("--version")
                .versionHelp(true)
                .type(boolean.class)
                .description("Print the version and end.")
                .build());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(shell.out());
    line.setErr(shell.err());
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler(
        (exception, command, result) -> report(shell, codeOf(exception), sentence(exception)));
    line.setParameterExceptionHandler((exception, given) -> misused(shell, exception));
    return line;
  }

  /**
   * Makes just the verb that is asked for: loading the classes of all takes longer than most run.
   * That it returns an interface keeps the JVM from loading them to verify this method.
   */
  private static Callable<Integer> verb(String name, Shell shell) {
    return switch (name) {
      case "add" -> new AddVerb(shell);
      case "branch" -> new BranchVerb(shell);
      case "checkout" -> new CheckoutVerb(shell);
      case "cherry-pick" -> new CherryPickVerb(shell);
      case "cluster" -> new ClusterVerb(shell);
      case "commit" -> new CommitVerb(shell);
      case "completion" -> new CompletionVerb(shell);
      case "config" -> new ConfigVerb(shell);
      case "convert" -> new ConvertVerb(shell);
      case "diff" -> new DiffVerb(shell);
      case "export" -> new ExportVerb(shell);
      case "fsck" -> new FsckVerb(shell);
      case "gc" -> new GcVerb(shell);
      case "import" -> new ImportVerb(shell);
      case "init" -> new InitVerb(shell);
      case "log" -> new LogVerb(shell);
      case "ls" -> new LsVerb(shell);
      case "merge" -> new MergeVerb(shell);
      case "repack" -> new RepackVerb(shell);
      case "revert" -> new RevertVerb(shell);
      case "rm" -> new RmVerb(shell);
      case "show" -> new ShowVerb(shell);
      case "stats" -> new StatsVerb(shell);
      case "status" -> new StatusVerb(shell);
      case "switch" -> new SwitchVerb(shell);
      case "tag" -> new TagVerb(shell);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Print this help and end.")
                .build());
  }

  /**
   * Returns the verbs to know about: just the one that is called, because describing all of them
   * takes longer than running most.
   */
  private static List<String> verbsFor(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("-C")) {
        i++;
      } else if (VERBS.contains(args[i])) {
        return List.of(args[i]);
      } else if (!args[i].startsWith("-C")) {
        break;
      }
    }
    return VERBS;
  }

  private static int misused(Shell shell, ParameterException exception) {
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    String message = Quoted.escape(String.valueOf(exception.getMessage()));
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && exception.getCommandLine().getParent() == null) {
      message = "There is no verb " + Quoted.name(unmatched.getUnmatched().get(0));
      List<String> close = unmatched.getSuggestions();
      message += close.isEmpty() ? "" : ", perhaps '" + close.get(0) + "' was meant";
    }
    return report(shell, USAGE, message + "; see '" + command + " --help'.");
  }

  private static int report(Shell shell, int code, String sentence) {
    shell.err().println("coral: " + (sentence.length() > LONGEST ? cut(sentence) : sentence));
    return code;
  }

  /** Whoever hands over a novel need not read it again. */
  private static String cut(String sentence) {
    return sentence.substring(0, LONGEST / 2)
        + " … "
        + sentence.substring(sentence.length() - LONGEST / 4);
  }

  private static int codeOf(Exception exception) {
    if (exception instanceof ConflictException) {
      return NO;
    }
    return exception instanceof InvalidInputException || exception instanceof NotFoundException
        ? USAGE
        : BROKEN;
  }

  private static String sentence(Exception exception) {
    String message = Quoted.escape(String.valueOf(exception.getMessage()));
    return exception instanceof CoralException
        ? message
        : "Something unexpected went wrong ("
            + exception.getClass().getSimpleName()
            + ": "
            + message
            + "); please report it.";
  }
}
