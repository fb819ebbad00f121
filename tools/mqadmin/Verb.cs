using System.CommandLine;

namespace RocketMQ.MqAdmin;

/// <summary>
/// One thing to do, with the name and the flags of Apache's mqadmin. A verb declares its options in its constructor, does its work in
/// <see cref="RunAsync"/> and says what it found to <see cref="Call.Report"/>, which knows tables and JSON.
/// </summary>
internal abstract class Verb
{
    /// <param name="example">What stands after <c>mqadmin NAME</c> in a typical call.</param>
    protected Verb(string name, string description, string example)
    {
        Command = new Command(name, description);
        Example = $"mqadmin {name} {example}".TrimEnd();
    }

    private readonly List<Func<ParseResult, string?>> _rules = [];

    public Command Command { get; }

    public string Name => Command.Name;

    public string Example { get; }

    /// <summary>What is wrong with options that are each right by themselves; <see langword="null"/> when nothing is.</summary>
    public string? Broken(ParseResult arguments) => _rules.Select(rule => rule(arguments)).FirstOrDefault(sentence => sentence is not null);

    /// <summary>Ends normally when all is done; an exception becomes a sentence and an exit code (<see cref="Failure"/>).</summary>
    public abstract Task RunAsync(Call call, CancellationToken cancellationToken);

    /// <summary>A former spelling that still works.</summary>
    protected void AlsoCalled(string name) => Command.Aliases.Add(name);

    /// <summary>
    /// What must hold between options: the sentence to say when it does not. It is asked once all of them could be read, the parser's own
    /// validators before that, when a default is not there yet and a value that is none throws.
    /// </summary>
    protected void Rule(Func<ParseResult, string?> broken) => _rules.Add(broken);

    protected Option<T> Required<T>(string letter, string name, string description)
    {
        var option = Optional<T>(letter, name, description);
        option.Required = true;
        return option;
    }

    /// <param name="letter">Empty when there is no short form.</param>
    protected Option<T> Optional<T>(string letter, string name, string description)
    {
        var option = new Option<T>($"--{name}", letter.Length == 0 ? [] : [$"-{letter}"])
        {
            Description = description, Arity = ArgumentArity.ExactlyOne, HelpName = HelpName(typeof(T)),
        };
        Command.Options.Add(option);
        return option;
    }

    protected Option<T> Optional<T>(string letter, string name, string description, T fallback)
    {
        var option = Optional<T>(letter, name, description);
        option.DefaultValueFactory = _ => fallback;
        return option;
    }

    /// <summary>An option without a value.</summary>
    protected Option<bool> Flag(string letter, string name, string description)
    {
        var option = Optional<bool>(letter, name, description);
        option.Arity = ArgumentArity.Zero;
        return option;
    }

    /// <summary>The broker or the cluster to work on, by <c>-b</c> or <c>-c</c>.</summary>
    protected BrokerTarget Target(TargetRule rule = TargetRule.One, string broker = "brokerAddr", string cluster = "clusterName") =>
        new(
            Rule,
            Optional<string?>("b", broker, "A broker, as host:port."),
            Optional<string?>("c", cluster, rule == TargetRule.OneOrAll ? "A cluster; all when neither is given." : "All brokers of a cluster."),
            rule);

    /// <summary>Options to repeat the work: <c>-i</c> seconds, <c>--rounds</c> times.</summary>
    /// <param name="intervalS">When <c>-i</c> is not given; no repetition when absent.</param>
    protected Repetition Repeat(string description, int? intervalS = null) =>
        new(
            Optional("i", "interval", description, intervalS),
            Optional<int?>("", "rounds", "How many times; until Ctrl-C when absent and an interval is given."));

    private static string HelpName(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return value == typeof(bool) ? "true|false" : value == typeof(string) ? "text" : value.IsEnum ? string.Join('|', Enum.GetNames(value)) : "number";
    }
}
