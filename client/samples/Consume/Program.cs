// Sends some messages and consumes those with a tag: dotnet run --project client/samples/Consume [name-server] [tag || tag]
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-consume-producer" });
    await producer.SendAsync(Text("a first") with { Tag = "A" }, stop);
    await producer.SendAsync(Text("not for everybody") with { Tag = "C" }, stop);
    await producer.SendAsync(Text("a second, which fails once") with { Tag = "B" }, stop);

    var left = new Countdown(2);
    await using var consumer = await client.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-consumer",
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleConsume"] = FilterExpression.Tags(args.ElementAtOrDefault(1) ?? "A || B") },
            ConsumeFrom = ConsumeFrom.FirstOffset,
            Trace = true,
        },
        (message, _) =>
        {
            Console.WriteLine($"[{message.Tag}] attempt {message.DeliveryAttempt}: {Encoding.UTF8.GetString(message.Body.Span)}");
            if (message.Tag == "B" && message.DeliveryAttempt == 0)
            {
                // The broker delivers it again after its first delay level, a second; Later leaves the time to the broker. After 16
                // attempts it is put aside.
                return new(ConsumeResult.LaterAt(1));
            }

            left.Signal();
            return new(ConsumeResult.Success);
        },
        stop);

    await left.WaitAsync(stop);
});

static Message Text(string text) => new("SampleConsume", Encoding.UTF8.GetBytes(text));
