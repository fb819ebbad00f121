// Sends messages to be delivered later, by a level of the broker and to the millisecond, and takes one back.
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-delayed", Trace = true });

await producer.SendAsync(Text("in 10 s, the third level") with { DelayLevel = 3 });
await producer.SendAsync(Text("in 2.5 s") with { DelayFor = TimeSpan.FromSeconds(2.5) });
var receipt = await producer.SendAsync(Text("in an hour") with { DelayFor = TimeSpan.FromHours(1) });
Console.WriteLine("Sent; client/samples/Consume receives them in time.");
if (receipt.RecallHandle is { } handle)
{
    Console.WriteLine($"Taken back: {await producer.RecallAsync("SampleTopic", handle)}");
}

static Message Text(string text) => new("SampleTopic", Encoding.UTF8.GetBytes(text));
