// Every process that runs this gets every message. Offsets are kept in a file under the user's folder.
using System.Text;
using RocketMQ.Client;

// A name of its own for each process, the same at its next run: it makes up the path of the offset file.
var name = args.ElementAtOrDefault(1) ?? "sample";
await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876"), InstanceName = name });
await using var consumer = await client.StartPushConsumerAsync(
    new PushConsumerOptions
    {
        Group = "sample-broadcast",
        Mode = ConsumeMode.Broadcasting,
        Subscriptions = new Dictionary<string, FilterExpression> { ["SampleTopic"] = FilterExpression.All },
    },
    (message, _) =>
    {
        Console.WriteLine($"{name} heard: {Encoding.UTF8.GetString(message.Body.Span)}");
        return new(ConsumeResult.Success);
    });

Console.WriteLine("Listening; Enter stops.");
Console.ReadLine();
