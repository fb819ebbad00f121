// Sends a message each way there is: dotnet run --project client/samples/Produce [name-server]
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-producer" });

var receipt = await producer.SendAsync(Text("plain"));
Console.WriteLine($"stored in {receipt.Queue} at {receipt.QueueOffset}, id {receipt.MessageId}");

receipt = await producer.SendAsync(Text("tagged") with { Tag = "A", Keys = ["key-1"], Properties = new Dictionary<string, string> { ["price"] = "12" } });
Console.WriteLine($"{receipt.Queue}: a tag, a key and a property");

receipt = await producer.SendAsync(Text("of one order") with { ShardingKey = "order-1" });
Console.WriteLine($"{receipt.Queue}: the queue of order-1");

receipt = await producer.SendBatchAsync([Text("one"), Text("two"), Text("three")]);
Console.WriteLine($"{receipt.Queue}: a batch of three");

await producer.SendOnewayAsync(Text("one way"));
Console.WriteLine("sent without waiting for an answer");

static Message Text(string text) => new("SampleTopic", Encoding.UTF8.GetBytes(text));
