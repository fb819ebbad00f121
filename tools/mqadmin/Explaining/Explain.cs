using System.CommandLine;
using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Says what became of a message, or why a group is behind; Apache's mqadmin has no such verb.</summary>
internal sealed class Explain : Verb
{
    /// <summary>Messages with one key, and groups of one topic, that are explained.</summary>
    private const int MaxExplained = 16;

    private readonly Option<string?> _id;
    private readonly Option<string?> _key;
    private readonly Option<string?> _topic;
    private readonly Option<string?> _group;

    public Explain()
        : base("explain", "Says what happened to a message, or why a group is behind.", "-n localhost:9876 -i 7F0000010BB818B4AAC2A1C7E4B00000 -t Orders -g billing")
    {
        _id = Optional<string?>("i", "msgId", "The message: an id that a producer (with -t) or a broker gave.");
        _key = Optional<string?>("k", "key", "Messages of the topic (-t) with this key.");
        _topic = Optional<string?>("t", "topic", "The topic the producer sent to.");
        _group = Optional<string?>("g", "group", "The consumer group; all that consume the topic when absent. Alone: why it is behind.");
        Rule(given => given.Has(_id) || given.Has(_key) || given.Has(_group) ? null : "Name a message (-i ID, or -k KEY -t TOPIC), or a group (-g).");
        Rule(given => given.Has(_key) && !given.Has(_topic) ? "A key needs its topic: -t." : null);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var facts = new FactCollector(call.Admin, call.Time, cancellationToken);
        if (call.Get(_id) is { } id)
        {
            await ExplainIdAsync(call, facts, id).ConfigureAwait(false);
        }
        else if (call.Get(_key) is { } key)
        {
            var found = await facts.FindByKeyAsync(call.Get(_topic)!, key).ConfigureAwait(false);
            if (found.Count == 0)
            {
                throw new VerbFailedException($"No message of topic {call.Get(_topic)} has the key '{key}', in the topic or on its way there.");
            }

            foreach (var stop in found.Take(MaxExplained))
            {
                await ExplainMessageAsync(call, facts, stop.OriginalTopic, stop.Record.MessageId, stop).ConfigureAwait(false);
            }
        }
        else
        {
            await ExplainGroupAsync(call, facts, call.Get(_group)!, call.Get(_topic)).ConfigureAwait(false);
        }
    }

    private async Task ExplainIdAsync(Call call, FactCollector facts, string id)
    {
        if (!IsOfBroker(id))
        {
            var topic = call.Get(_topic) ?? throw new UsageException("An id that a producer gave needs its topic: -t.");
            await ExplainMessageAsync(call, facts, topic, id, known: null).ConfigureAwait(false);
            return;
        }

        if (await facts.FindByOffsetIdAsync(id).ConfigureAwait(false) is not { } stop)
        {
            Write(call, new MessageFacts { Id = id, Topic = call.Get(_topic) ?? "", Stops = [], Now = call.Time.GetUtcNow() }, group: null, new Explanation(
                Verdict.Expired,
                "The broker that the id names has no record at that place: it was deleted with old files, or the id is not right.",
                "Retention is fileReservedTime, in hours, and the disk's room.",
                []));
            return;
        }

        await ExplainMessageAsync(call, facts, call.Get(_topic) ?? stop.OriginalTopic, stop.Record.MessageId, stop).ConfigureAwait(false);
    }

    /// <summary>Both kinds of id are equally long; behind the address a broker's has its port, whose first four digits are zero.</summary>
    private static bool IsOfBroker(string id) =>
        OffsetMessageId.TryParse(id, out _, out _) && id.AsSpan(id.Length == 32 ? 8 : 32, 4).SequenceEqual("0000");

    private async Task ExplainMessageAsync(Call call, FactCollector facts, string topic, string id, Stop? known)
    {
        IReadOnlyList<string> groups = call.Get(_group) is { } given ? [given] : await facts.GroupsOfAsync(topic).ConfigureAwait(false);
        var message = await facts.MessageAsync(topic, id, groups, known).ConfigureAwait(false);
        foreach (var group in groups.Take(MaxExplained))
        {
            call.Progress.Show($"{id} for {group}");
            Write(call, message, group, await ExplainAsync(facts, message, group).ConfigureAwait(false));
        }

        if (groups.Count == 0)
        {
            Write(call, message, group: null, Explainer.Explain(message, null, null));
        }
    }

    private static async Task ExplainGroupAsync(Call call, FactCollector facts, string group, string? topic)
    {
        var backlog = await facts.BacklogAsync(group, topic).ConfigureAwait(false);
        if (backlog.Count == 0)
        {
            call.Report.Value("summary", "Summary", $"Group {group} is behind in no queue{(topic is null ? "" : $" of {topic}")}, or never consumed.");
            return;
        }

        // The queue that is furthest behind speaks for its topic.
        foreach (var (next, behind) in backlog.GroupBy(b => b.Next.Record.Topic).Select(t => t.MaxBy(b => b.Behind)).OrderBy(b => b.Next.Record.Topic, StringComparer.Ordinal))
        {
            call.Report.Note(string.Create(
                CultureInfo.InvariantCulture, $"In {next.Record.Topic}, queue {next.Record.QueueId} of {next.Broker}, the group is {behind} behind. The next message:"));
            var message = new MessageFacts { Id = next.Record.MessageId, Topic = next.OriginalTopic, Stops = [next], Now = call.Time.GetUtcNow() };
            Write(call, message, group, await ExplainAsync(facts, message, group).ConfigureAwait(false));
        }
    }

    private static async Task<Explanation> ExplainAsync(FactCollector facts, MessageFacts message, string group)
    {
        if (message.CurrentFor(group) is not { Station: Station.Topic or Station.Retry } current)
        {
            return Explainer.Explain(message, new GroupFacts { Group = group }, queue: null);
        }

        var address = await facts.AddressAsync(current.Broker).ConfigureAwait(false);
        var about = await facts.GroupAsync(group, address).ConfigureAwait(false);
        return Explainer.Explain(message, about, await facts.QueueAsync(current, about, address).ConfigureAwait(false));
    }

    private static void Write(Call call, MessageFacts message, string? group, Explanation explanation)
    {
        call.Progress.Clear();
        var timeline = string.Join('\n', explanation.Timeline.Select(f => $"  {Format.Text(f.At)}{(f.At > message.Now ? " (ahead)" : "")}  {f.What}"));
        var text = $"Message {message.Id}{(message.Topic.Length > 0 ? $" of {message.Topic}" : "")}{(group is null ? "" : $", for group {group}")}: {explanation.Verdict}\n"
            + $"{explanation.Reason}\n"
            + (explanation.Advice.Length > 0 ? $"What to do: {explanation.Advice}\n" : "")
            + (timeline.Length > 0 ? $"{timeline}\n" : "");
        call.Report.Item("explanations", text, new
        {
            messageId = message.Id,
            message.Topic,
            group,
            verdict = explanation.Verdict,
            explanation.Reason,
            explanation.Advice,
            timeline = explanation.Timeline.Select(f => new { time = f.At, f.What }).ToList(),
        });
    }
}
