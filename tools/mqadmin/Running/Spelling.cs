using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>What people may write, beyond what the parser knows, because Apache's mqadmin takes it too; and what they may have meant.</summary>
internal static class Spelling
{
    /// <summary>Verbs in any case, <c>help VERB</c>, and long options with one dash.</summary>
    public static IReadOnlyList<string> Normalize(IReadOnlyList<string> args, RootCommand root)
    {
        if (args.Count == 0)
        {
            return args;
        }

        var (word, asksHelp) = args[0] == "help" && args.Count > 1 ? (args[1], true) : (args[0], false);
        if (word == "help")
        {
            return ["--help"];
        }

        var verb = root.Subcommands.FirstOrDefault(c => c.Aliases.Append(c.Name).Contains(word, StringComparer.OrdinalIgnoreCase));
        if (verb is null)
        {
            return args.Skip(asksHelp ? 1 : 0).ToList();
        }

        return asksHelp ? [verb.Name, "--help"] : [verb.Name, .. args.Skip(1).Select(token => WithTwoDashes(token, verb, root))];
    }

    /// <summary>The candidate that is the fewest edits away, if it is near enough to be a slip.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(c => (Candidate: c, Distance: Distance(word.ToUpperInvariant(), c.ToUpperInvariant())))
            .OrderBy(c => c.Distance)
            .FirstOrDefault();
        return best.Candidate is not null && best.Distance <= Math.Max(2, best.Candidate.Length / 3) ? best.Candidate : null;
    }

    private static string WithTwoDashes(string token, Command verb, RootCommand root) =>
        token.Length > 2 && token[0] == '-' && token[1] != '-' && verb.Options.Concat(root.Options).Any(o => o.Name == "-" + token.Split('=')[0])
            ? "-" + token
            : token;

    /// <summary>Levenshtein's distance: insertions, deletions and replacements of one letter.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
