// Consumes by tag until Enter is pressed: dotnet run --project client/samples/Consume [name-server] [tag || tag]
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var consumer = await client.StartPushConsumerAsync(
    new PushConsumerOptions
    {
        Group = "sample-consumer",
        Subscriptions = new Dictionary<string, FilterExpression> { ["SampleTopic"] = FilterExpression.Tags(args.ElementAtOrDefault(1) ?? "*") },
        ConsumeFrom = ConsumeFrom.FirstOffset,
        Trace = true,
    },
    (message, _) =>
    {
        Console.WriteLine($"{message.Queue} {message.QueueOffset} [{message.Tag}] attempt {message.DeliveryAttempt}: {Encoding.UTF8.GetString(message.Body.Span)}");

        // Later: the broker delivers it again after a while, and puts it aside after 16 attempts.
        return new(message.Body.Span.SequenceEqual("fail"u8) ? ConsumeResult.Later : ConsumeResult.Success);
    });

Console.WriteLine("Consuming SampleTopic; Enter stops.");
Console.ReadLine();
