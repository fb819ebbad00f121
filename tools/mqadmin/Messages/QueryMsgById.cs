using System.Collections.Frozen;
using System.CommandLine;
using System.Reflection;
using RocketMQ.Client;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryMsgById : Verb
{
    /// <summary>Properties that clients and brokers set; the others are the application's.</summary>
    private static readonly FrozenSet<string> SystemProperties = typeof(PropertyNames).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.IsLiteral && f.FieldType == typeof(string))
        .Select(f => (string)f.GetRawConstantValue()!)
        .ToFrozenSet();

    private readonly Option<string> _topic;
    private readonly Option<string> _ids;
    private readonly Option<string?> _group;
    private readonly Option<string?> _clientId;
    private readonly Option<bool> _resend;
    private readonly Option<string?> _bodyFormat;
    private readonly Option<string?> _routeTopic;

    public QueryMsgById()
        : base("queryMsgById", "Shows a message by its id; sends it again or has a consumer consume it when asked.", "-n localhost:9876 -t Orders -i 7F0000010000FB72C4A22C9A1D9B0000")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _ids = Required<string>("i", "msgId", "The id that the producer or the broker gave; several joined by ','.");
        _group = Optional<string?>("g", "consumerGroup", "With -d: the group of the consumer.");
        _clientId = Optional<string?>("d", "clientId", "With -g: has this consumer consume the message now.");
        _resend = Optional("s", "sendMessage", "Whether to send it again.", false);
        Optional<string?>("u", "unitName", "The unit to send it from; makes no difference.");
        _bodyFormat = Optional<string?>("f", "bodyFormat", "Character set of the body (UTF-8 where it is that).");
        _routeTopic = Optional<string?>("c", "cluster", "A topic that tells the brokers, for a light queue that has no route of its own.");
        Rule(given => given.Has(_group) == given.Has(_clientId) ? null : "-g and -d go together: they name the consumer that shall consume the message.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var view = new MessageView(new BodyCharset(call.Get(_bodyFormat)));
        var topic = call.Get(_topic);
        var messages = new List<StoredMessage>();
        foreach (var id in call.Get(_ids).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            messages.Add(await MessageFinder.FindAsync(call.Admin, topic, id, call.Get(_routeTopic), cancellationToken).ConfigureAwait(false));
        }

        if (call.Get(_group) is { } group && call.Get(_clientId) is { } clientId)
        {
            foreach (var message in messages)
            {
                await MessageReport.PushAsync(call, topic, message, group, clientId, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (call.Get(_resend))
        {
            await ResendAsync(call, messages, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await MessageReport.ShowAsync(call, messages, view, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ResendAsync(Call call, List<StoredMessage> messages, CancellationToken cancellationToken)
    {
        var producer = call.Client.CreateProducer(new ProducerOptions { Group = "ReSendMsgById" });
        await using (producer.ConfigureAwait(false))
        {
            foreach (var message in messages)
            {
                var receipt = await producer.SendAsync(Copy(message), cancellationToken).ConfigureAwait(false);
                call.Report.Item(
                    "resent",
                    $"prepare resend msg. originalMsgId={message.MessageId} SendResult={SendStatusNames.Of(receipt.Status)} {receipt.MessageId}",
                    new { original = message.MessageId, receipt.MessageId, status = SendStatusNames.Of(receipt.Status) });
            }
        }
    }

    /// <summary>The application's part of a message.</summary>
    private static Message Copy(StoredMessage message) =>
        message.BodyCompression == BodyCompression.None
            ? new Message(message.Topic, message.Body)
            {
                Tag = message.Tags,
                Keys = message.Keys?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
                Flag = message.Flag,
                Properties = message.Properties.Where(p => !SystemProperties.Contains(p.Key)).ToDictionary(),
            }
            : throw new VerbFailedException($"The body of {message.MessageId} is compressed with {message.BodyCompression}, which this tool can't unpack to send it again.");
}
