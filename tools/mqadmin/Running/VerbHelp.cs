using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RocketMQ.MqAdmin.Running;

/// <summary>The help of one verb with an example, and of the program with all verbs by group.</summary>
internal sealed class VerbHelp(HelpAction options, IReadOnlyList<VerbGroup> groups, int terminalWidth) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand)
        {
            return WriteVerbs(output);
        }

        options.MaxWidth = terminalWidth;
        options.Invoke(parseResult);
        var verb = groups.SelectMany(g => g.Verbs).FirstOrDefault(v => v.Command == parseResult.CommandResult.Command);
        if (verb is not null)
        {
            output.WriteLine($"Example:\n  {verb.Example}\n");
        }

        return ExitCode.Done;
    }

    public int WriteVerbs(TextWriter output)
    {
        output.WriteLine("Usage: mqadmin VERB [options]");
        output.WriteLine("mqadmin VERB -h shows a verb's options and an example.");
        var width = groups.SelectMany(g => g.Verbs).Max(v => v.Name.Length) + 2;
        foreach (var group in groups)
        {
            output.WriteLine();
            output.WriteLine(group.Name);
            foreach (var verb in group.Verbs)
            {
                Write(verb.Name, verb.Command.Description);
            }
        }

        output.WriteLine();
        output.WriteLine("Of every verb:");
        foreach (var option in CommonOptions.All)
        {
            Write(string.Join(", ", option.Aliases.Append(option.Name)), option.Description);
        }

        return ExitCode.Done;

        void Write(string name, string? description)
        {
            var indent = new string(' ', width + 2);
            var lines = Format.Wrap(description ?? "", terminalWidth - indent.Length);
            output.WriteLine($"  {name.PadRight(width)}{string.Join('\n' + indent, lines)}");
        }
    }
}
