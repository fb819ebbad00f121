using System.Net;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>While nobody proves who they are: who makes users then, and with them who is in once access control is switched on.</summary>
public class OwnMachineTests
{
    [TestCase("127.0.0.1", true)]
    [TestCase("127.9.9.9", true)]
    [TestCase("::1", true)]
    [TestCase("10.1.2.3", false)]
    [TestCase("fe80::1", false)]
    [TestCase(null, false)]
    public async Task Users_are_changed_from_the_broker_s_own_machine_alone(string? from, bool isDone)
    {
        var asked = 0;
        var handler = new OwnMachineHandler(new Counting(() => asked++), _ => from is null ? null : IPAddress.Parse(from));

        var answer = await handler.HandleAsync(new RequestContext(null!, RemotingCommand.Request(RequestCode.AuthCreateUser)), CancellationToken.None);

        Assert.That((answer!.Code, asked), Is.EqualTo(isDone ? (ResponseCode.Success, 1) : (ResponseCode.NoPermission, 0)));
        Assert.That(answer.Remark, isDone ? Is.Null : Does.Contain("authenticationEnabled=true"));
    }

    [Test]
    public async Task Users_can_be_made_there_before_access_control_is_switched_on()
    {
        await using var broker = await TestBroker.StartAsync();

        var made = await broker.CallJsonAsync(RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "root" }, new UserInfo { Password = "root-secret", UserType = "Super" });

        Assert.That(made.Code, Is.EqualTo(ResponseCode.Success), made.Remark);
    }

    private sealed class Counting(Action asked) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            asked();
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
        }
    }
}
