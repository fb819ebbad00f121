using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.MqAdmin.Messages;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class SendMsgStatus : Verb
{
    private readonly Option<string> _broker;
    private readonly Option<int> _size;
    private readonly Option<int> _count;

    public SendMsgStatus()
        : base("sendMsgStatus", "Sends messages to a broker's own topic and shows how long each takes.", "-n localhost:9876 -b broker-a -c 10")
    {
        _broker = Required<string>("b", "brokerName", "The broker's name.");
        _size = Optional("s", "messageSize", "Bytes of each message.", 128);
        _count = Optional("c", "count", "How many.", 50);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var producer = call.Client.CreateProducer(new ProducerOptions { Group = "PID_SMSC" });
        await using (producer.ConfigureAwait(false))
        {
            // The first send connects.
            var probe = new SendProbe(producer, call.Get(_broker), call.Get(_size));
            var results = new List<ProbeResult>();
            await foreach (var result in probe.SendAsync(call.Get(_count) + 1, selector: null, cancellationToken).ConfigureAwait(false))
            {
                results.Add(result);
                if (results.Count > 1)
                {
                    call.Report.Item(
                        "sends",
                        $"rt={result.ElapsedMs:0}ms, SendResult={SendStatusNames.Of(result.Receipt?.Status)} {result.Problem} {result.Receipt?.MessageId} {result.Receipt?.Queue.BrokerName} {result.Receipt?.Queue.QueueId}",
                        new { rtMs = result.ElapsedMs, status = SendStatusNames.Of(result.Receipt?.Status), messageId = result.Receipt?.MessageId, queue = result.Receipt?.Queue, result.Problem });
                }
            }

            if (!results.Exists(r => r.IsSent))
            {
                throw new VerbFailedException($"No message could be sent: {results[^1].Problem}");
            }
        }
    }
}
