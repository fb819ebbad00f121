using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.MqAdmin.Brokers;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class CheckMsgSendRt : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<int> _amount;
    private readonly Option<int> _size;

    public CheckMsgSendRt()
        : base("checkMsgSendRT", "Sends messages to each queue of a topic in turn and shows how long each takes.", "-n localhost:9876 -t Orders -a 20")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _amount = Optional("a", "amount", "How many messages.", 100);
        _size = Optional("s", "size", "Bytes of each message.", 128);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var producer = call.Client.CreateProducer(new ProducerOptions { Group = "PID_CHECK_RT" });
        await using (producer.ConfigureAwait(false))
        {
            var next = 0;
            MessageQueue? chosen = null;
            var results = new List<(MessageQueue? Queue, ProbeResult Result)>();
            var probe = new SendProbe(producer, call.Get(_topic), call.Get(_size));
            var sends = probe.SendAsync(call.Get(_amount), (queues, _) => chosen = queues[next++ % queues.Count], cancellationToken);
            await foreach (var result in sends.ConfigureAwait(false))
            {
                call.Progress.Show("message", results.Count, call.Get(_amount));
                results.Add((chosen, result));
            }

            call.Progress.Clear();
            call.Report.Table(
                "sends",
                results,
                new("#Broker Name", "brokerName", r => r.Queue?.BrokerName),
                new("#QID", "queueId", r => r.Queue?.QueueId),
                new("#Send Result", "sent", r => r.Result.IsSent),
                new("#RT", "rtMs", r => r.Result.ElapsedMs));
            call.Report.Value("averageRtMs", "Avg RT", ProbeResult.AverageMs([.. results.Select(r => r.Result)]));
            if (results.Count > 0 && results.TrueForAll(r => !r.Result.IsSent))
            {
                throw new VerbFailedException($"No message could be sent: {results[^1].Result.Problem}");
            }
        }
    }
}
