using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Says what is wrong with a command line, and what may have been meant.</summary>
internal static class BadUsage
{
    public static string Explain(ParseResult arguments, IReadOnlyList<VerbGroup> groups)
    {
        var command = arguments.CommandResult.Command;
        if (command is not RootCommand)
        {
            var errors = string.Join("\n", arguments.Errors.Select(e => e.Message).Distinct());
            return $"mqadmin {command.Name}: {errors}\nmqadmin {command.Name} -h shows its options.";
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
