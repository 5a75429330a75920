System.Console.WriteLine("gitopsbot");
