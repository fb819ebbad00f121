// Receives and acknowledges message by message; needs a 5.x broker. What is not acknowledged within 30 s comes again.
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
var consumer = client.CreateSimpleConsumer(new SimpleConsumerOptions
{
    Group = "sample-pop",
    Subscriptions = new Dictionary<string, FilterExpression> { ["SampleTopic"] = FilterExpression.All },
    AwaitTime = TimeSpan.FromSeconds(5),
});

while (await consumer.ReceiveAsync("SampleTopic") is { Count: > 0 } messages)
{
    foreach (var popped in messages)
    {
        Console.WriteLine($"{popped.Message.Queue}: {Encoding.UTF8.GetString(popped.Message.Body.Span)}");
    }

    await consumer.AckAsync(messages);
}

Console.WriteLine("No message within 5 s.");
