using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Says what is wrong with a command line, and what may have been meant.</summary>
internal static class BadUsage
{
    public static string Explain(string verb, string sentence) => $"mqadmin {verb}: {sentence}\nmqadmin {verb} -h shows its options.";

    public static string Explain(ParseResult arguments, IReadOnlyList<VerbGroup> groups)
    {
        var command = arguments.CommandResult.Command;
        if (command is not RootCommand)
        {
            return Explain(command.Name, string.Join("\n", arguments.Errors.Select(e => e.Message).Distinct()));
        }

        if (arguments.UnmatchedTokens is not [var word, ..])
        {
            return string.Join("\n", arguments.Errors.Select(e => e.Message).Distinct());
        }

        var nearest = Spelling.Nearest(word, groups.SelectMany(g => g.Verbs).Select(v => v.Name));
        return nearest is null
            ? $"mqadmin: there is no verb '{word}'. mqadmin -h lists all."
            : $"mqadmin: there is no verb '{word}'. Did you mean '{nearest}'?";
    }
}
