using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RocketMQ.MqAdmin;

/// <summary>The program from its arguments to its exit code.</summary>
internal static class CommandLine
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ParseAndRunAsync(args, surroundings, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = Failure.Of(e);
            await surroundings.Error.WriteLineAsync($"mqadmin: {failure.Sentence}").ConfigureAwait(false);
            return failure.ExitCode;
        }
    }

    private static async Task<int> ParseAndRunAsync(IReadOnlyList<string> args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var groups = VerbTable.Create();
        var root = Root(groups, surroundings);
        var arguments = root.Parse(Spelling.Normalize(args, root), new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (arguments.Action is ParseErrorAction)
        {
            await surroundings.Error.WriteLineAsync(BadUsage.Explain(arguments, groups)).ConfigureAwait(false);
            return ExitCode.BadUsage;
        }

        var invocation = new InvocationConfiguration { Output = surroundings.Output, Error = surroundings.Error, EnableDefaultExceptionHandler = false };
        return await arguments.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
    }

    private static RootCommand Root(IReadOnlyList<VerbGroup> groups, Surroundings surroundings)
    {
        var root = new RootCommand("Looks after RocketMQ name servers and brokers, with the verbs and flags of Apache's mqadmin.");
        foreach (var option in CommonOptions.All)
        {
            root.Options.Add(option);
        }

        foreach (var verb in groups.SelectMany(g => g.Verbs))
        {
            verb.Command.SetAction((arguments, stop) => RunAsync(verb, arguments, surroundings, stop));
            root.Subcommands.Add(verb.Command);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        var verbHelp = new VerbHelp((HelpAction)help.Action!, groups, surroundings.TerminalWidth ?? int.MaxValue);
        help.Action = verbHelp;
        root.SetAction(arguments => verbHelp.WriteVerbs(surroundings.Output));
        return root;
    }

    private static async Task<int> RunAsync(Verb verb, ParseResult arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (verb.Broken(arguments) is { } broken)
        {
            await surroundings.Error.WriteLineAsync(BadUsage.Explain(verb.Name, broken)).ConfigureAwait(false);
            return ExitCode.BadUsage;
        }

        using var report = Report.Open(surroundings, arguments.GetValue(CommonOptions.Json));
        try
        {
            var call = new Call(arguments, surroundings, report);
            await using (call.ConfigureAwait(false))
            {
                await verb.RunAsync(call, cancellationToken).ConfigureAwait(false);
            }

            report.EndRound();
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how a verb that repeats itself ends.
            report.EndRound();
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            report.Fail(failure);
            await surroundings.Error.WriteLineAsync($"mqadmin {verb.Name}: {failure.Sentence}").ConfigureAwait(false);
            return failure.ExitCode;
        }
    }
}
